import { refusal } from "./filter-condition.ts";
import type { FilterPolicy, FilterRule } from "./filter-policy.ts";

/** https://docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html */
const MAX_COMBINATIONS = 150;
const MAX_LEAF_KEYS = 5;
const MAX_WILDCARD_POINTS = 100;
const MAX_BYTES = 256 * 1024;

/** Throws what SNS answers to a policy that is well-formed but too large or too complex. */
export function checkFilterPolicyLimits(policy: FilterPolicy, text: string): void {
  const leaves = leafRules(policy);
  if (Buffer.byteLength(text) > MAX_BYTES) throw refusal("Filter policy is larger than 256 KB");
  if (leaves.length > MAX_LEAF_KEYS) throw refusal(`Filter policy can not have more than ${MAX_LEAF_KEYS} keys`);
  if (countCombinations(policy, 1) > MAX_COMBINATIONS) throw refusal("Filter policy is too complex");
  if (countWildcardPoints(leaves) > MAX_WILDCARD_POINTS) throw refusal("Filter policy has too complex wildcards");
}

type LeafRule = Extract<FilterRule, { kind: "leaf" }>;

function leafRules(policy: FilterPolicy): LeafRule[] {
  return policy.rules.flatMap((rule) => {
    if (rule.kind === "leaf") return [rule];
    return rule.kind === "nested" ? leafRules(rule.within) : rule.alternatives.flatMap(leafRules);
  });
}

/** The product over all keys of the number of their values times how deep they are; alternatives add up. */
function countCombinations(policy: FilterPolicy, depth: number): number {
  return policy.rules.reduce((product, rule) => product * combinationsOf(rule, depth), 1);
}

function combinationsOf(rule: FilterRule, depth: number): number {
  if (rule.kind === "leaf") return rule.conditions.length * depth;
  if (rule.kind === "nested") return countCombinations(rule.within, depth + 1);
  return rule.alternatives.reduce((sum, alternative) => sum + countCombinations(alternative, depth), 0);
}

/** For each key the points of its patterns times their number. */
function countWildcardPoints(leaves: readonly LeafRule[]): number {
  return leaves.reduce((total, { conditions }) => {
    const points = conditions.flatMap(({ wildcardPoints }) => wildcardPoints ?? []);
    return total + points.reduce((sum, point) => sum + point, 0) * points.length;
  }, 0);
}

import { isObject, isScalar } from "./json.ts";
import type { ValueTest } from "./value-test.ts";

/** One of a key's alternatives. */
export interface Condition {
  readonly matches: ValueTest;
  /** Whether the condition also holds where there is no such key at all. */
  readonly matchesAbsence: boolean;
}

/** What SNS's filter policies and EventBridge's event patterns are alike: rules that must all hold. */
export interface ConditionRules<Of extends Condition = Condition> {
  readonly rules: readonly ConditionRule<Of>[];
}

export type ConditionRule<Of extends Condition = Condition> =
  | { readonly kind: "leaf"; readonly key: string; readonly conditions: readonly Of[] }
  | { readonly kind: "nested"; readonly key: string; readonly within: ConditionRules<Of> }
  | { readonly kind: "or"; readonly alternatives: readonly ConditionRules<Of>[] };

/**
 * Whether an object is as the rules want it. They are written as if arrays were single values: a condition holds if it holds for
 * any element, each condition on its own.
 */
export function rulesHold(rules: ConditionRules, object: Record<string, unknown>): boolean {
  return hold(rules, [object]);
}

function hold({ rules }: ConditionRules, nodes: readonly unknown[]): boolean {
  return rules.every((rule) => {
    if (rule.kind === "or") return rule.alternatives.some((alternative) => hold(alternative, nodes));
    const values = valuesAt(nodes, rule.key);
    if (rule.kind === "nested") return hold(rule.within, values);
    const scalars = values.filter(isScalar);
    if (scalars.length === 0) return rule.conditions.some(({ matchesAbsence }) => matchesAbsence);
    return rule.conditions.some(({ matches }) => scalars.some(matches));
  });
}

/** What all of the objects hold under one key, with arrays opened. */
function valuesAt(nodes: readonly unknown[], key: string): unknown[] {
  return nodes.flatMap((node) => (isObject(node) && Object.hasOwn(node, key) ? openArrays(node[key]) : []));
}

function openArrays(value: unknown): unknown[] {
  return Array.isArray(value) ? value.flatMap(openArrays) : [value];
}

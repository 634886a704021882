import { type FilterCondition, readFilterCondition, refusal } from "./filter-condition.ts";
import { isObject, isScalar, parseJson } from "./json.ts";

export type FilterPolicyScope = "MessageAttributes" | "MessageBody";

/** A parsed filter policy. All of its rules must hold. */
export interface FilterPolicy {
  readonly rules: readonly FilterRule[];
}

export type FilterRule =
  | { readonly kind: "leaf"; readonly key: string; readonly conditions: readonly FilterCondition[] }
  | { readonly kind: "nested"; readonly key: string; readonly policy: FilterPolicy }
  | { readonly kind: "or"; readonly policies: readonly FilterPolicy[] };

/** The parts of a message attribute that filters see. */
export interface FilteredAttribute {
  readonly DataType: string;
  readonly StringValue?: string;
}

/** Parses a policy, or throws what SNS answers to one that it refuses. */
export function readFilterPolicy(text: string, scope: FilterPolicyScope): FilterPolicy {
  const policy = parseJson(text);
  if (!isObject(policy)) throw refusal("failed to parse JSON.");
  return readRules(policy, scope);
}

/**
 * Whether a message's body passes. Policies are written as if arrays were single values: a condition holds if it holds
 * for any element, each condition on its own.
 * https://aws.amazon.com/blogs/compute/introducing-payload-based-message-filtering-for-amazon-sns/
 */
export function bodyPasses(policy: FilterPolicy, body: string): boolean {
  if (policy.rules.length === 0) return true;
  const message = parseJson(body);
  // Anything but a well-formed JSON object is filtered out: sns-message-filtering.html.
  return isObject(message) && passes(policy, [message]);
}

/** Whether a message's attributes pass. Binary attributes are invisible to filters. */
export function attributesPass(policy: FilterPolicy, attributes: Readonly<Record<string, FilteredAttribute>>): boolean {
  const visible = Object.entries(attributes).filter(([, { DataType }]) => !DataType.startsWith("Binary"));
  return passes(policy, [Object.fromEntries(visible.map(([name, attribute]) => [name, readAttribute(attribute)]))]);
}

function readRules(policy: Record<string, unknown>, scope: FilterPolicyScope): FilterPolicy {
  const rules = Object.entries(policy).map(([key, value]): FilterRule => {
    if (isObject(value)) {
      if (scope === "MessageAttributes") {
        throw refusal("Filter policy scope MessageAttributes does not support nested filter policy");
      }
      return { kind: "nested", key, policy: readRules(value, scope) };
    }
    if (!Array.isArray(value)) throw refusal(`"${key}" must be an object or an array`);
    if (value.length === 0) throw refusal("Empty arrays are not allowed");
    // With one alternative, or with plain values, "$or" is a key like any other: and-or-logic.html.
    if (key === "$or" && value.length > 1 && value.every(isObject)) {
      return { kind: "or", policies: value.map((alternative) => readRules(alternative, scope)) };
    }
    return { kind: "leaf", key, conditions: value.map(readFilterCondition) };
  });
  return { rules };
}

function passes(policy: FilterPolicy, nodes: readonly unknown[]): boolean {
  return policy.rules.every((rule) => {
    if (rule.kind === "or") return rule.policies.some((alternative) => passes(alternative, nodes));
    const values = valuesAt(nodes, rule.key);
    if (rule.kind === "nested") return passes(rule.policy, values);
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

function readAttribute({ DataType, StringValue = "" }: FilteredAttribute): unknown {
  if (DataType === "String.Array") return parseJson(StringValue) ?? [];
  return DataType.startsWith("Number") ? Number(StringValue) : StringValue;
}

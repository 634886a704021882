import { type ConditionRule, type ConditionRules, rulesHold } from "./condition-rules.ts";
import { type FilterCondition, readFilterCondition, refusal } from "./filter-condition.ts";
import { isObject, parseJson } from "./json.ts";

export type FilterPolicyScope = "MessageAttributes" | "MessageBody";

/** A parsed filter policy. All of its rules must hold. */
export type FilterPolicy = ConditionRules<FilterCondition>;

export type FilterRule = ConditionRule<FilterCondition>;

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
 * Whether a message's body passes.
 * https://aws.amazon.com/blogs/compute/introducing-payload-based-message-filtering-for-amazon-sns/
 */
export function bodyPasses(policy: FilterPolicy, body: string): boolean {
  if (policy.rules.length === 0) return true;
  const message = parseJson(body);
  // Anything but a well-formed JSON object is filtered out: sns-message-filtering.html.
  return isObject(message) && rulesHold(policy, message);
}

/** Whether a message's attributes pass. Binary attributes are invisible to filters. */
export function attributesPass(policy: FilterPolicy, attributes: Readonly<Record<string, FilteredAttribute>>): boolean {
  const visible = Object.entries(attributes).filter(([, { DataType }]) => !DataType.startsWith("Binary"));
  return rulesHold(policy, Object.fromEntries(visible.map(([name, attribute]) => [name, readAttribute(attribute)])));
}

function readRules(policy: Record<string, unknown>, scope: FilterPolicyScope): FilterPolicy {
  const rules = Object.entries(policy).map(([key, value]): FilterRule => {
    if (isObject(value)) {
      if (scope === "MessageAttributes") {
        throw refusal("Filter policy scope MessageAttributes does not support nested filter policy");
      }
      return { kind: "nested", key, within: readRules(value, scope) };
    }
    if (!Array.isArray(value)) throw refusal(`"${key}" must be an object or an array`);
    if (value.length === 0) throw refusal("Empty arrays are not allowed");
    // With one alternative, or with plain values, "$or" is a key like any other: and-or-logic.html.
    if (key === "$or" && value.length > 1 && value.every(isObject)) {
      return { kind: "or", alternatives: value.map((alternative) => readRules(alternative, scope)) };
    }
    return { kind: "leaf", key, conditions: value.map(readFilterCondition) };
  });
  return { rules };
}

function readAttribute({ DataType, StringValue = "" }: FilteredAttribute): unknown {
  if (DataType === "String.Array") return parseJson(StringValue) ?? [];
  return DataType.startsWith("Number") ? Number(StringValue) : StringValue;
}

import { type ConditionRule, type ConditionRules, rulesHold } from "./condition-rules.ts";
import { checkWildcardComplexity } from "./event-pattern-complexity.ts";
import { invalidPattern, isOperator, type PatternCondition, readPatternCondition } from "./event-pattern-condition.ts";
import { isObject, parseJson } from "./json.ts";

/** A parsed event pattern. All of its rules must hold. */
export type EventPattern = ConditionRules<PatternCondition>;

type PatternRule = ConditionRule<PatternCondition>;

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html */
const MAX_CHARACTERS = 2_048;

/** Ways in which the alternatives of all `$or` can be combined. */
const MAX_COMBINATIONS = 1_000;

/**
 * Parses an event pattern, or throws what EventBridge answers to one that it refuses. One that says two things of the same field is
 * refused as well: EventBridge would keep the last one alone.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html, https://github.com/aws/event-ruler
 */
export function readEventPattern(text: string): EventPattern {
  if (text.length > MAX_CHARACTERS) {
    throw invalidPattern(`Expected at most ${MAX_CHARACTERS} characters, received ${text.length}`);
  }
  const value = parseJson(text);
  if (!isObject(value)) throw invalidPattern("Filter is not an object");
  const pattern = readRules(value, false);
  for (const paths of combinationsOf(pattern, [])) {
    const repeated = paths.find((path, index) => paths.indexOf(path) !== index);
    if (repeated !== undefined) throw invalidPattern(`Path \`${repeated}\` cannot be allowed multiple times`);
  }
  checkWildcardComplexity(pattern);
  return pattern;
}

/** Whether an event is one that a rule with this pattern wants. */
export function eventMatches(pattern: EventPattern, event: object): boolean {
  return rulesHold(pattern, { ...event });
}

function readRules(object: Record<string, unknown>, isAlternative: boolean): EventPattern {
  const entries = Object.entries(object);
  if (entries.length === 0) throw invalidPattern("Empty objects are not allowed");
  return { rules: entries.map(([key, value]) => readRule(key, value, isAlternative)) };
}

function readRule(key: string, value: unknown, isAlternative: boolean): PatternRule {
  if (key === "$or") return { kind: "or", alternatives: readAlternatives(value) };
  if (isAlternative && isOperator(key)) throw invalidPattern(`${key} is a reserved field name inside $or.`);
  if (isObject(value)) return { kind: "nested", key, within: readRules(value, isAlternative) };
  if (!Array.isArray(value)) throw invalidPattern(`"${key}" must be an object or an array`);
  if (value.length === 0) throw invalidPattern("Empty arrays are not allowed");
  return { kind: "leaf", key, conditions: value.map(readPatternCondition) };
}

function readAlternatives(value: unknown): EventPattern[] {
  if (!Array.isArray(value) || value.length < 2 || !value.every(isObject)) {
    throw invalidPattern("There must be at least 2 objects in an array after $or.");
  }
  return value.map((alternative) => readRules(alternative, true));
}

/** The paths of all fields, `detail.object.key`, for each way in which a pattern can be met. */
function combinationsOf({ rules }: EventPattern, above: readonly string[]): string[][] {
  return rules.reduce<string[][]>(
    (combinations, rule) => {
      const further = pathsOf(rule, above);
      if (combinations.length * further.length > MAX_COMBINATIONS) {
        throw invalidPattern(`There are more than ${MAX_COMBINATIONS} combinations of alternatives`);
      }
      return combinations.flatMap((paths) => further.map((more) => [...paths, ...more]));
    },
    [[]],
  );
}

function pathsOf(rule: PatternRule, above: readonly string[]): string[][] {
  switch (rule.kind) {
    case "leaf":
      return [[[...above, rule.key].join(".")]];
    case "nested":
      return combinationsOf(rule.within, [...above, rule.key]);
    case "or":
      return rule.alternatives.flatMap((alternative) => combinationsOf(alternative, above));
  }
}

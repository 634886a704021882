import { AwsError } from "./aws-error.ts";
import type { Condition } from "./condition-rules.ts";
import { isObject, isScalar } from "./json.ts";
import {
  type Bound,
  endsWith,
  equalsIgnoringCase,
  isComparison,
  isInNetwork,
  isWithin,
  matchesWildcard,
  startsWith,
  type ValueTest,
} from "./value-test.ts";
import { countWildcards } from "./wildcard.ts";

/** One element of a filter policy's array, parsed: a test of one value of the message. */
export interface FilterCondition extends Condition {
  /** What it adds to the policy's wildcard complexity, if it has a wildcard. */
  readonly wildcardPoints?: number;
}

/** https://docs.aws.amazon.com/sns/latest/dg/string-value-matching.html and numeric-value-matching.html */
const OPERATORS: Readonly<Record<string, (operand: unknown) => FilterCondition>> = {
  exists: (operand) => {
    if (typeof operand !== "boolean") throw refusal("exists match pattern must be either true or false.");
    return { matches: () => operand, matchesAbsence: !operand };
  },
  prefix: (operand) => ({ matches: startsWith(readText("prefix", operand)), matchesAbsence: false }),
  suffix: (operand) => ({ matches: endsWith(readText("suffix", operand)), matchesAbsence: false }),
  "equals-ignore-case": (operand) => {
    return { matches: equalsIgnoringCase(readText("equals-ignore-case", operand)), matchesAbsence: false };
  },
  wildcard: (operand) => {
    const pattern = readText("wildcard", operand);
    return { matches: wildcard(pattern), matchesAbsence: false, wildcardPoints: countWildcards(pattern) > 1 ? 3 : 1 };
  },
  "anything-but": readAnythingBut,
  numeric: (operand) => ({ matches: isWithin(readBounds(operand)), matchesAbsence: false }),
  cidr: (operand) => {
    const matches = isInNetwork(readText("cidr", operand));
    if (matches === undefined) throw refusal("Malformed CIDR, one '/' required");
    return { matches, matchesAbsence: false };
  },
};

/** What may follow `anything-but` in an object, each with one text or a list of them. */
const NEGATABLE: Readonly<Record<string, (text: string) => ValueTest>> = {
  prefix: startsWith,
  suffix: endsWith,
  wildcard,
};

/** Parses one element of a key's array, or refuses it as SNS does. */
export function readFilterCondition(condition: unknown): FilterCondition {
  if (isScalar(condition)) return { matches: (value) => value === condition, matchesAbsence: false };
  if (!isObject(condition)) throw refusal("Match value must be String, number, true, false, or null");

  const [operator, ...others] = Object.entries(condition);
  if (operator === undefined || others.length > 0) throw refusal("Only one key allowed in match expression");
  const read = OPERATORS[operator[0]];
  if (read === undefined) throw refusal(`Unrecognized match type ${operator[0]}`);
  return read(operator[1]);
}

/** An error of SNS about a filter policy. */
export function refusal(reason: string): AwsError {
  return new AwsError("InvalidParameter", `Invalid parameter: Attributes Reason: FilterPolicy: ${reason}`);
}

function readAnythingBut(operand: unknown): FilterCondition {
  if (isObject(operand)) {
    const [[operator, texts] = ["", undefined], ...others] = Object.entries(operand);
    const read = NEGATABLE[operator];
    if (read === undefined || others.length > 0) throw refusal(`Unsupported anything-but pattern: ${operator}`);
    const list = Array.isArray(texts) ? texts : [texts];
    const tests = list.map((text) => read(readText(operator, text)));
    return {
      ...negate((value) => tests.some((test) => test(value))),
      ...(operator === "wildcard" && { wildcardPoints: 1 }),
    };
  }
  const list: unknown[] = Array.isArray(operand) ? operand : [operand];
  const excluded = list.filter((value) => typeof value === "string" || typeof value === "number");
  if (list.length === 0 || excluded.length < list.length) {
    throw refusal("Value of anything-but must be an array or single string/number value.");
  }
  return negate((value) => excluded.some((other) => other === value));
}

/** `anything-but` needs a value to reject: it matches neither an absent key nor null. */
function negate(test: ValueTest): FilterCondition {
  return { matches: (value) => value !== null && !test(value), matchesAbsence: false };
}

function wildcard(pattern: string): ValueTest {
  // At most three wildcards a pattern: subscription-filter-policy-constraints.html.
  if (countWildcards(pattern) > 3) throw refusal("Wildcard pattern must have at most 3 wildcards");
  return matchesWildcard(pattern);
}

function readBounds(operand: unknown): Bound[] {
  if (!Array.isArray(operand) || operand.length === 0 || operand.length % 2 === 1 || operand.length > 4) {
    throw refusal("Value of numeric must be an array of one or two comparisons.");
  }
  return Array.from({ length: operand.length / 2 }, (_, index) => {
    const [operator, bound]: [unknown, unknown] = [operand[2 * index], operand[2 * index + 1]];
    if (!isComparison(operator)) throw refusal(`Unrecognized numeric range operator: ${String(operator)}`);
    if (typeof bound !== "number") throw refusal(`Value of ${operator} must be numeric`);
    // https://docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html
    if (Math.abs(bound) > 1e9) throw refusal(`Value of ${operator} must be between -1.0E9 and 1.0E9, inclusive`);
    return { operator, operand: bound };
  });
}

function readText(operator: string, operand: unknown): string {
  if (typeof operand !== "string") throw refusal(`${operator} match pattern must be a string`);
  if (operand === "" && operator !== "equals-ignore-case") throw refusal(`Null or empty ${operator} not allowed`);
  return operand;
}

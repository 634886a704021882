import { AwsError } from "./aws-error.ts";
import type { Condition } from "./condition-rules.ts";
import { isObject, isScalar } from "./json.ts";
import {
  type Bound,
  endsWith,
  endsWithIgnoringCase,
  equalsIgnoringCase,
  isComparison,
  isInNetwork,
  isWithin,
  matchesWildcard,
  startsWith,
  startsWithIgnoringCase,
  type ValueTest,
} from "./value-test.ts";

/** One element of an event pattern's array, parsed: a test of one value of the event. */
export interface PatternCondition extends Condition {
  /** The patterns with wildcards in it. */
  readonly wildcards: readonly string[];
}

type Operator = (operand: unknown) => PatternCondition;

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html */
const OPERATORS: Readonly<Record<string, Operator>> = {
  exists: (operand) => {
    if (typeof operand !== "boolean") throw invalidPattern("exists match pattern must be either true or false.");
    return { matches: () => operand, matchesAbsence: !operand, wildcards: [] };
  },
  prefix: (operand) => present(readAffix("prefix", operand, startsWith, startsWithIgnoringCase)),
  suffix: (operand) => present(readAffix("suffix", operand, endsWith, endsWithIgnoringCase)),
  "equals-ignore-case": (operand) => present(equalsIgnoringCase(readText("equals-ignore-case", operand))),
  wildcard: (operand) => {
    const pattern = readWildcard(operand);
    return present(matchesWildcard(pattern), [pattern]);
  },
  "anything-but": readAnythingBut,
  numeric: (operand) => present(isWithin(readBounds(operand))),
  cidr: (operand) => {
    const test = isInNetwork(readText("cidr", operand));
    if (test === undefined) throw invalidPattern("Malformed CIDR, one '/' required");
    return present(test);
  },
};

/** What may follow `anything-but` in an object, each with one text or a list of them. */
const NEGATABLE: Readonly<Record<string, (text: string) => ValueTest>> = {
  prefix: startsWith,
  suffix: endsWith,
  "equals-ignore-case": equalsIgnoringCase,
  wildcard: (text) => matchesWildcard(readWildcard(text)),
};

/** What numbers are compared by (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html#filtering-numeric-matching). */
const MAX_NUMBER = 5e9;

/** Parses one element of a key's array, or refuses it as EventBridge does. */
export function readPatternCondition(condition: unknown): PatternCondition {
  if (isScalar(condition)) return present((value) => value === condition);
  if (!isObject(condition)) throw invalidPattern("Match value must be String, number, true, false, or null");
  const [operator, operand] = onlyEntry(condition);
  const read = Object.hasOwn(OPERATORS, operator) ? OPERATORS[operator] : undefined;
  if (read === undefined) throw invalidPattern(`Unrecognized match type ${operator}`);
  return read(operand);
}

/** Names of operators, which no key of an `$or` may have. */
export function isOperator(name: string): boolean {
  return Object.hasOwn(OPERATORS, name);
}

/** An error of EventBridge about an event pattern. */
export function invalidPattern(reason: string): AwsError {
  return new AwsError("InvalidEventPatternException", `Event pattern is not valid. Reason: ${reason}`);
}

function present(matches: ValueTest, wildcards: readonly string[] = []): PatternCondition {
  return { matches, matchesAbsence: false, wildcards };
}

function onlyEntry(object: Record<string, unknown>): [string, unknown] {
  const [entry, ...others] = Object.entries(object);
  if (entry === undefined || others.length > 0) throw invalidPattern("Only one key allowed in match expression");
  return entry;
}

function readAffix(
  operator: string,
  operand: unknown,
  test: (text: string) => ValueTest,
  testIgnoringCase: (text: string) => ValueTest,
): ValueTest {
  if (!isObject(operand)) return test(readText(operator, operand));
  const [inner, text] = onlyEntry(operand);
  if (inner !== "equals-ignore-case") throw invalidPattern(`Unsupported ${operator} pattern: ${inner}`);
  return testIgnoringCase(readText(inner, text));
}

/** Unlike SNS's it matches null, which is another value than those that are excluded. */
function readAnythingBut(operand: unknown): PatternCondition {
  if (!isObject(operand)) {
    const list: unknown[] = Array.isArray(operand) ? operand : [operand];
    const isOf = (type: string) => list.every((value) => typeof value === type);
    if (list.length === 0 || !(isOf("string") || isOf("number"))) {
      throw invalidPattern(
        "Inside anything but list, either all values are number or string, mixed type is not supported",
      );
    }
    return present((value) => !list.includes(value));
  }
  const [operator, texts] = onlyEntry(operand);
  const read = Object.hasOwn(NEGATABLE, operator) ? NEGATABLE[operator] : undefined;
  if (read === undefined) throw invalidPattern(`Unsupported anything-but pattern: ${operator}`);
  const list = (Array.isArray(texts) ? texts : [texts]).map((text) => readText(operator, text));
  if (list.includes("") && operator.endsWith("fix")) throw invalidPattern("Null prefix/suffix not allowed");
  const tests = list.map(read);
  return present((value) => !tests.some((test) => test(value)), operator === "wildcard" ? list : []);
}

/** One comparison, or a range from its lower bound to its upper one. */
function readBounds(operand: unknown): Bound[] {
  if (!Array.isArray(operand)) throw invalidPattern("Value of numeric must be an array.");
  const terms = Array.from({ length: Math.ceil(operand.length / 2) }, (_, index): Bound => {
    const [operator, value]: [unknown, unknown] = [operand[2 * index], operand[2 * index + 1]];
    if (!isComparison(operator)) throw invalidPattern(`Unrecognized numeric range operator: ${String(operator)}`);
    if (typeof value !== "number") throw invalidPattern(`Value of ${operator} must be numeric`);
    if (Math.abs(value) > MAX_NUMBER) throw invalidPattern("Value must be between -5.0E9 and 5.0E9, inclusive");
    return { operator, operand: value };
  });
  const [first, second, ...others] = terms;
  const isRange = first?.operator.startsWith(">") && second?.operator.startsWith("<");
  if (first === undefined || others.length > 0 || (second !== undefined && !isRange)) {
    throw invalidPattern("Too many elements in numeric expression");
  }
  if (second !== undefined && first.operand >= second.operand) throw invalidPattern("Bottom must be less than top");
  return terms;
}

function readWildcard(operand: unknown): string {
  const pattern = readText("wildcard", operand);
  const plain = pattern.replace(/\\[*\\]/g, "");
  if (plain.includes("\\")) throw invalidPattern("Invalid escape character in wildcard pattern");
  if (/(?<!\\)(?:\\\\)*\*\*/.test(pattern)) throw invalidPattern("Consecutive wildcard characters in wildcard pattern");
  return pattern;
}

function readText(operator: string, operand: unknown): string {
  if (typeof operand !== "string") throw invalidPattern(`${operator} match pattern must be a string`);
  return operand;
}

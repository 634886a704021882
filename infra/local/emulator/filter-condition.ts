import { BlockList, isIP, isIPv4 } from "node:net";
import { AwsError } from "./aws-error.ts";
import { isObject, isScalar, type JsonScalar } from "./json.ts";
import { countWildcards, wildcardExpression } from "./wildcard.ts";

/** One element of a filter policy's array, parsed: a test of one value of the message. */
export interface FilterCondition {
  readonly matches: (value: JsonScalar) => boolean;
  /** Whether the condition also holds where the message does not have the key at all. */
  readonly matchesAbsence: boolean;
  /** What it adds to the policy's wildcard complexity, if it has a wildcard. */
  readonly wildcardPoints?: number;
}

type Test = FilterCondition["matches"];

/** https://docs.aws.amazon.com/sns/latest/dg/string-value-matching.html and numeric-value-matching.html */
const OPERATORS: Readonly<Record<string, (operand: unknown) => FilterCondition>> = {
  exists: (operand) => {
    if (typeof operand !== "boolean") throw refusal("exists match pattern must be either true or false.");
    return { matches: () => operand, matchesAbsence: !operand };
  },
  prefix: (operand) => ({ matches: startsWith(readText("prefix", operand)), matchesAbsence: false }),
  suffix: (operand) => ({ matches: endsWith(readText("suffix", operand)), matchesAbsence: false }),
  "equals-ignore-case": (operand) => {
    const text = readText("equals-ignore-case", operand).toLowerCase();
    return { matches: (value) => typeof value === "string" && value.toLowerCase() === text, matchesAbsence: false };
  },
  wildcard: (operand) => {
    const pattern = readText("wildcard", operand);
    return { matches: wildcard(pattern), matchesAbsence: false, wildcardPoints: countWildcards(pattern) > 1 ? 3 : 1 };
  },
  "anything-but": readAnythingBut,
  numeric: (operand) => ({ matches: numeric(operand), matchesAbsence: false }),
  cidr: (operand) => ({ matches: cidr(readText("cidr", operand)), matchesAbsence: false }),
};

/** What may follow `anything-but` in an object, each with one text or a list of them. */
const NEGATABLE: Readonly<Record<string, (text: string) => Test>> = { prefix: startsWith, suffix: endsWith, wildcard };

const COMPARISONS: Readonly<Record<string, (value: number, operand: number) => boolean>> = {
  "=": (value, operand) => value === operand,
  "<": (value, operand) => value < operand,
  "<=": (value, operand) => value <= operand,
  ">": (value, operand) => value > operand,
  ">=": (value, operand) => value >= operand,
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
function negate(test: Test): FilterCondition {
  return { matches: (value) => value !== null && !test(value), matchesAbsence: false };
}

function startsWith(prefix: string): Test {
  return (value) => typeof value === "string" && value.startsWith(prefix);
}

function endsWith(suffix: string): Test {
  return (value) => typeof value === "string" && value.endsWith(suffix);
}

function wildcard(pattern: string): Test {
  // At most three wildcards a pattern: subscription-filter-policy-constraints.html.
  if (countWildcards(pattern) > 3) throw refusal("Wildcard pattern must have at most 3 wildcards");
  const expression = wildcardExpression(pattern);
  return (value) => typeof value === "string" && expression.test(value);
}

function numeric(operand: unknown): Test {
  if (!Array.isArray(operand) || operand.length === 0 || operand.length % 2 === 1 || operand.length > 4) {
    throw refusal("Value of numeric must be an array of one or two comparisons.");
  }
  const bounds = Array.from({ length: operand.length / 2 }, (_, index) => {
    const [operator, bound]: [unknown, unknown] = [operand[2 * index], operand[2 * index + 1]];
    const compare = COMPARISONS[String(operator)];
    if (compare === undefined) throw refusal(`Unrecognized numeric range operator: ${String(operator)}`);
    if (typeof bound !== "number") throw refusal(`Value of ${String(operator)} must be numeric`);
    // https://docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html
    if (Math.abs(bound) > 1e9)
      throw refusal(`Value of ${String(operator)} must be between -1.0E9 and 1.0E9, inclusive`);
    return { compare, bound };
  });
  return (value) => typeof value === "number" && bounds.every(({ compare, bound }) => compare(value, bound));
}

function cidr(range: string): Test {
  const [address = "", bits = ""] = range.split("/");
  const family = isIPv4(address) ? "ipv4" : "ipv6";
  if (isIP(address) === 0 || !/^\d+$/.test(bits) || Number(bits) > (family === "ipv4" ? 32 : 128)) {
    throw refusal("Malformed CIDR, one '/' required");
  }
  const block = new BlockList();
  block.addSubnet(address, Number(bits), family);
  return (value) => typeof value === "string" && isIP(value) > 0 && block.check(value, isIPv4(value) ? "ipv4" : "ipv6");
}

function readText(operator: string, operand: unknown): string {
  if (typeof operand !== "string") throw refusal(`${operator} match pattern must be a string`);
  if (operand === "" && operator !== "equals-ignore-case") throw refusal(`Null or empty ${operator} not allowed`);
  return operand;
}

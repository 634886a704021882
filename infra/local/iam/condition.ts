import { arnPattern, exactPattern, type Pattern, textPattern } from "./pattern.ts";

/** What is known of a request beside who asks for what. */
export type RequestContext = Readonly<Partial<Record<ConditionKey, string>>>;

export type ConditionKey = keyof typeof KEYS;

/** One operator applied to one key. */
export interface Condition {
  readonly operator: Operator;
  readonly key: ConditionKey;
  /** One of them has to match. */
  readonly values: readonly Pattern[];
}

type Operator = keyof typeof OPERATORS;

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html */
const OPERATORS = {
  // The two are the same to AWS.
  ArnEquals: arnPattern,
  ArnLike: arnPattern,
  StringEquals: exactPattern,
  StringLike: textPattern,
  Bool: booleanPattern,
} as const satisfies Record<string, (value: string) => Pattern>;

const TEXT: readonly string[] = ["StringEquals", "StringLike"];

/** The keys that requests on this machine have, and the operators that fit their type. */
const KEYS = {
  "aws:SourceArn": ["ArnEquals", "ArnLike", ...TEXT],
  "aws:SourceAccount": TEXT,
  "aws:SecureTransport": ["Bool"],
  "s3:prefix": TEXT,
  "kms:ViaService": TEXT,
  "ses:FromAddress": TEXT,
} as const satisfies Record<string, readonly string[]>;

/** Reads a `Condition` element; throws a `TypeError` that names what is not known here. */
export function readConditions(element: unknown): Condition[] {
  if (element === undefined) return [];
  return entriesOf(element, "Condition").flatMap(([operator, tests]) => {
    if (!isOneOf(OPERATORS, operator)) throw unknown("condition operator", Object.keys(OPERATORS), operator);
    return entriesOf(tests, operator).map(([key, values]) => {
      if (!isOneOf(KEYS, key)) throw unknown("condition key", Object.keys(KEYS), key);
      const operators: readonly string[] = KEYS[key];
      if (!operators.includes(operator)) throw unknown(`condition operator for ${key}`, operators, operator);
      return { operator, key, values: readValues(values, key).map((value) => OPERATORS[operator](value)) };
    });
  });
}

/** Whether all conditions hold. What is not known of a request matches nothing. */
export function conditionsHold(conditions: readonly Condition[], context: RequestContext): boolean {
  return conditions.every(({ key, values }) => {
    const actual = context[key];
    return actual !== undefined && values.some((value) => value.matches(actual));
  });
}

function booleanPattern(value: string): Pattern {
  if (value !== "true" && value !== "false") throw unknown("Bool", ["true", "false"], value);
  return exactPattern(value);
}

function readValues(values: unknown, key: string): string[] {
  const list = Array.isArray(values) ? values : [values];
  if (list.length === 0) throw new TypeError(`Expected values for ${key}, received none.`);
  return list.map((value: unknown) => {
    // AWS takes "true" and true alike.
    if (typeof value !== "string" && typeof value !== "boolean") throw unknown(`value of ${key}`, ["a text"], value);
    if (String(value).includes("${")) throw new TypeError(`Expected no policy variable in ${key}, received ${value}.`);
    return String(value);
  });
}

function entriesOf(element: unknown, name: string): [string, unknown][] {
  const entries = typeof element === "object" && element !== null ? Object.entries(element) : [];
  if (entries.length === 0 || Array.isArray(element)) throw unknown(name, ["an object"], element);
  return entries;
}

function isOneOf<Table extends object>(table: Table, name: string): name is string & keyof Table {
  return Object.hasOwn(table, name);
}

function unknown(what: string, expected: readonly string[], received: unknown): TypeError {
  const text = typeof received === "string" ? received : JSON.stringify(received);
  return new TypeError(`Expected a ${what} of ${expected.join(", ")}, received ${text}.`);
}

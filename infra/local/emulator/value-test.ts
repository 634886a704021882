import { BlockList, isIP, isIPv4 } from "node:net";
import type { JsonScalar } from "./json.ts";
import { wildcardExpression } from "./wildcard.ts";

/** Whether one value of a message or an event is as a condition wants it. */
export type ValueTest = (value: JsonScalar) => boolean;

/** One comparison of a numeric condition. */
export interface Bound {
  readonly operator: string;
  readonly operand: number;
}

type Comparison = (value: number, operand: number) => boolean;

const COMPARISONS: Readonly<Record<string, Comparison>> = {
  "=": (value, operand) => value === operand,
  "<": (value, operand) => value < operand,
  "<=": (value, operand) => value <= operand,
  ">": (value, operand) => value > operand,
  ">=": (value, operand) => value >= operand,
};

export function isComparison(operator: unknown): operator is string {
  return typeof operator === "string" && Object.hasOwn(COMPARISONS, operator);
}

export function startsWith(prefix: string): ValueTest {
  return ofText((text) => text.startsWith(prefix));
}

export function endsWith(suffix: string): ValueTest {
  return ofText((text) => text.endsWith(suffix));
}

export function equalsIgnoringCase(expected: string): ValueTest {
  const lower = expected.toLowerCase();
  return ofText((text) => text.toLowerCase() === lower);
}

export function startsWithIgnoringCase(prefix: string): ValueTest {
  const lower = prefix.toLowerCase();
  return ofText((text) => text.toLowerCase().startsWith(lower));
}

export function endsWithIgnoringCase(suffix: string): ValueTest {
  const lower = suffix.toLowerCase();
  return ofText((text) => text.toLowerCase().endsWith(lower));
}

/** @param pattern see `wildcardExpression` */
export function matchesWildcard(pattern: string): ValueTest {
  const expression = wildcardExpression(pattern);
  return ofText((text) => expression.test(text));
}

/** @param bounds with operators that are comparisons */
export function isWithin(bounds: readonly Bound[]): ValueTest {
  return (value) =>
    typeof value === "number" && bounds.every(({ operator, operand }) => COMPARISONS[operator]?.(value, operand));
}

/** An address in a network, as `10.0.0.0/24`; `undefined` if that is none. */
export function isInNetwork(range: string): ValueTest | undefined {
  const [address = "", bits = ""] = range.split("/");
  const family = isIPv4(address) ? "ipv4" : "ipv6";
  if (isIP(address) === 0 || !/^\d+$/.test(bits) || Number(bits) > (family === "ipv4" ? 32 : 128)) return undefined;
  const block = new BlockList();
  block.addSubnet(address, Number(bits), family);
  return ofText((text) => isIP(text) > 0 && block.check(text, isIPv4(text) ? "ipv4" : "ipv6"));
}

function ofText(test: (text: string) => boolean): ValueTest {
  return (value) => typeof value === "string" && test(value);
}

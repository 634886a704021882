import { describe, expect, it } from "vitest";
import { type FilterPolicyScope, readFilterPolicy } from "../../../../infra/local/emulator/filter-policy.ts";
import { checkFilterPolicyLimits } from "../../../../infra/local/emulator/filter-policy-limits.ts";

const values = (count: number) => Array.from({ length: count }, (_, index) => `v${index}`);
const wildcards = (count: number) => Array.from({ length: count }, (_, index) => ({ wildcard: `${index}*` }));

function check(policy: unknown, scope: FilterPolicyScope = "MessageBody"): void {
  const text = typeof policy === "string" ? policy : JSON.stringify(policy);
  checkFilterPolicyLimits(readFilterPolicy(text, scope), text);
}

describe("a filter policy", () => {
  it.each<[string, unknown]>([
    ["150 combinations", { a: values(150) }],
    ["37 keys four levels deep", { a: { b: { c: { d: values(37) } } } }],
    ["72 combinations by depth", { a: { b: { c: values(4) } }, d: { e: values(3) } }],
    ["five keys", { a: ["x"], b: ["x"], c: { d: ["x"], e: ["x"], f: ["x"] } }],
    ["ten wildcards of one star", { a: wildcards(10) }],
    ["three wildcards in a pattern", { a: [{ wildcard: "*a*b*" }] }],
    ["alternatives that add up to 150", { $or: [{ a: values(75) }, { b: values(75) }] }],
  ])("may have %s", (_what, policy) => {
    expect(() => check(policy)).not.toThrow();
  });

  it.each<[string, unknown, string]>([
    ["more than 150 combinations", { a: values(151) }, "Filter policy is too complex"],
    ["more than 150 by a product", { a: values(13), b: values(12) }, "Filter policy is too complex"],
    ["more than 150 by depth", { a: { b: { c: { d: values(38) } } } }, "Filter policy is too complex"],
    ["alternatives above 150", { $or: [{ a: values(75) }, { b: values(76) }] }, "Filter policy is too complex"],
    [
      "six keys",
      { a: ["x"], b: ["x"], c: { d: ["x"], e: ["x"], f: ["x"], g: ["x"] } },
      "Filter policy can not have more than 5 keys",
    ],
    ["eleven wildcards", { a: wildcards(11) }, "Filter policy has too complex wildcards"],
    ["four stars in a pattern", { a: [{ wildcard: "*a*b*c*" }] }, "Wildcard pattern must have at most 3 wildcards"],
    ["more than 256 KB", { a: ["x".repeat(256 * 1024)] }, "Filter policy is larger than 256 KB"],
    ["no JSON", "{", "failed to parse JSON."],
    ["an array at the top", [], "failed to parse JSON."],
    ["a bare text for an array", { a: "x" }, `"a" must be an object or an array`],
    ["an empty array", { a: [] }, "Empty arrays are not allowed"],
    ["an array in an array", { a: [["x"]] }, "Match value must be String, number, true, false, or null"],
    ["two operators in one object", { a: [{ prefix: "x", suffix: "y" }] }, "Only one key allowed in match expression"],
    ["no operator in an object", { a: [{}] }, "Only one key allowed in match expression"],
    ["an unknown operator", { a: [{ infix: "x" }] }, "Unrecognized match type infix"],
    ["a number as a prefix", { a: [{ prefix: 1 }] }, "prefix match pattern must be a string"],
    ["an empty suffix", { a: [{ suffix: "" }] }, "Null or empty suffix not allowed"],
    ["exists of a text", { a: [{ exists: "yes" }] }, "exists match pattern must be either true or false."],
    ["a negated exists", { a: [{ "anything-but": { exists: true } }] }, "Unsupported anything-but pattern: exists"],
    [
      "anything-but nothing",
      { a: [{ "anything-but": [] }] },
      "Value of anything-but must be an array or single string/number value.",
    ],
    ["half a comparison", { a: [{ numeric: ["="] }] }, "Value of numeric must be an array of one or two comparisons."],
    ["an unknown comparison", { a: [{ numeric: ["!=", 1] }] }, "Unrecognized numeric range operator: !="],
    ["a comparison with a text", { a: [{ numeric: ["=", "1"] }] }, "Value of = must be numeric"],
    [
      "a number above a billion",
      { a: [{ numeric: ["=", 1e9 + 1] }] },
      "Value of = must be between -1.0E9 and 1.0E9, inclusive",
    ],
    ["a network without its size", { a: [{ cidr: "10.0.0.0" }] }, "Malformed CIDR, one '/' required"],
    ["a single alternative", { $or: [{ a: ["x"] }] }, "Unrecognized match type a"],
  ])("is refused with %s", (_what, policy, reason) => {
    expect(() => check(policy)).toThrow(
      expect.objectContaining({
        code: "InvalidParameter",
        message: `Invalid parameter: Attributes Reason: FilterPolicy: ${reason}`,
      }),
    );
  });

  it("is refused with a nested key if it is about attributes", () => {
    expect(() => check({ a: { b: ["x"] } }, "MessageAttributes")).toThrow(
      "Filter policy scope MessageAttributes does not support nested filter policy",
    );
  });
});

import { describe, expect, it } from "vitest";
import { eventMatches, readEventPattern } from "../../../../infra/local/emulator/event-pattern.ts";

const matches = (pattern: object, event: object) => eventMatches(readEventPattern(JSON.stringify(pattern)), event);

const problemOf = (pattern: unknown): string => {
  try {
    readEventPattern(typeof pattern === "string" ? pattern : JSON.stringify(pattern));
    return "";
  } catch (error) {
    return String(error);
  }
};

const onKey = (...key: unknown[]) => ({ detail: { object: { key } } });
const event = (key: string) => ({ detail: { object: { key } } });

describe("an event pattern", () => {
  it.each<[string, object, object]>([
    ["a text", { a: ["x"] }, { a: "x" }],
    ["a number", { a: [3] }, { a: 3.0 }],
    ["null", { a: [null] }, { a: null }],
    ["an empty text", { a: [""] }, { a: "" }],
    ["one of several texts", { a: ["x", "y"] }, { a: "y" }],
    ["one element of an array", { a: ["y"] }, { a: ["x", "y"] }],
    ["a key inside others", onKey("cat.jpg"), event("cat.jpg")],
    ["two keys", { a: ["x"], b: { c: [1] } }, { a: "x", b: { c: 1 } }],
    ["a prefix", onKey({ prefix: "cats/" }), event("cats/tom.jpg")],
    ["an empty prefix", onKey({ prefix: "" }), event("tom.jpg")],
    ["a prefix in any case", onKey({ prefix: { "equals-ignore-case": "CATS/" } }), event("Cats/tom.jpg")],
    ["a suffix", onKey({ suffix: ".jpg" }), event("tom.jpg")],
    ["a suffix in any case", onKey({ suffix: { "equals-ignore-case": ".jpg" } }), event("tom.JpG")],
    ["a text in any case", onKey({ "equals-ignore-case": "Tom.JPG" }), event("tOM.jpg")],
    ["a wildcard", onKey({ wildcard: "cats/*.jpg" }), event("cats/a/b.jpg")],
    ["an escaped star", onKey({ wildcard: "a\\*b*" }), event("a*bc")],
    ["anything but a text", { a: [{ "anything-but": "x" }] }, { a: "y" }],
    ["anything but a text, null", { a: [{ "anything-but": "x" }] }, { a: null }],
    ["anything but several numbers", { a: [{ "anything-but": [1, 2] }] }, { a: 3 }],
    ["anything but a prefix", onKey({ "anything-but": { prefix: "cats/" } }), event("dogs/rex.jpg")],
    ["anything but several suffixes", onKey({ "anything-but": { suffix: [".gif", ".png"] } }), event("a.jpg")],
    ["anything but a text in any case", onKey({ "anything-but": { "equals-ignore-case": "A" } }), event("b")],
    ["anything but a wildcard", onKey({ "anything-but": { wildcard: "*/tmp/*" } }), event("a/b")],
    ["an equal number", { a: [{ numeric: ["=", 3.5] }] }, { a: 3.5 }],
    ["a number over five billion less one", { a: [{ numeric: [">", 4_999_999_999] }] }, { a: 5e9 }],
    ["a range", { a: [{ numeric: [">", 0, "<=", 5] }] }, { a: 5 }],
    ["an address in a network", { a: [{ cidr: "10.0.0.0/24" }] }, { a: "10.0.0.255" }],
    ["a key that is there", { a: [{ exists: true }] }, { a: 0 }],
    ["a key that is not there", { a: [{ exists: false }] }, { b: 0 }],
    ["a key that is no leaf, and so not there", { a: [{ exists: false }] }, { a: { b: 1 } }],
    ["either of two keys", { $or: [{ a: ["x"] }, { b: ["y"] }] }, { b: "y" }],
    ["either of two keys inside another", { a: { $or: [{ b: ["x"] }, { c: ["y"] }] } }, { a: { c: "y" } }],
    [
      "an alternative of an alternative",
      { $or: [{ a: ["x"] }, { b: ["y"], $or: [{ c: [1] }, { d: [2] }] }] },
      { b: "y", d: 2 },
    ],
  ])("matches %s", (_what, pattern, matched) => {
    expect(matches(pattern, matched)).toBe(true);
  });

  it.each<[string, object, object]>([
    ["a text in another case", { a: ["x"] }, { a: "X" }],
    ["a number for a text", { a: ["3"] }, { a: 3 }],
    ["an absent key", { a: ["x"] }, { b: "x" }],
    ["an inherited key", { constructor: [{ exists: true }] }, {}],
    ["one key of two", { a: ["x"], b: ["y"] }, { a: "x", b: "z" }],
    ["another prefix in any case", onKey({ prefix: { "equals-ignore-case": "CATS/" } }), event("dogs/tom.jpg")],
    ["a suffix in another case", onKey({ suffix: ".jpg" }), event("tom.JPG")],
    ["another suffix in any case", onKey({ suffix: { "equals-ignore-case": ".jpg" } }), event("tom.jpg.txt")],
    ["a prefix that a wildcard has not", onKey({ wildcard: "cats/*.jpg" }), event("a/cats/b.jpg")],
    ["an excluded text", { a: [{ "anything-but": ["x", "y"] }] }, { a: "y" }],
    ["an excluded text in any case", onKey({ "anything-but": { "equals-ignore-case": ["A", "B"] } }), event("b")],
    ["an excluded wildcard", onKey({ "anything-but": { wildcard: "*/tmp/*" } }), event("a/tmp/b")],
    ["an absent key for anything-but", { a: [{ "anything-but": "x" }] }, {}],
    ["a number out of a range", { a: [{ numeric: [">", 0, "<", 5] }] }, { a: 5 }],
    ["a text for a number", { a: [{ numeric: ["=", 3] }] }, { a: "3" }],
    ["a key that has to be absent", { a: [{ exists: false }] }, { a: null }],
    ["neither of two keys", { $or: [{ a: ["x"] }, { b: ["y"] }] }, { a: "y" }],
  ])("does not match %s", (_what, pattern, missed) => {
    expect(matches(pattern, missed)).toBe(false);
  });

  it.each<[string, unknown, RegExp]>([
    ["is not JSON", "{", /Filter is not an object/],
    ["is no object", [], /Filter is not an object/],
    ["is empty", {}, /Empty objects are not allowed/],
    ["has an empty object", { detail: {} }, /Empty objects are not allowed/],
    ["has an empty array", { source: [] }, /Empty arrays are not allowed/],
    ["has a bare value", { source: "aws.s3" }, /"source" must be an object or an array/],
    ["has an array in an array", { source: [["aws.s3"]] }, /Match value must be/],
    ["has an unknown operator", onKey({ contains: "a" }), /Unrecognized match type contains/],
    ["has the name of what all objects have for an operator", onKey({ toString: "a" }), /Unrecognized match type/],
    ["has two operators in one", onKey({ prefix: "in/", suffix: ".jpg" }), /Only one key allowed/],
    ["has a prefix that is no text", onKey({ prefix: 1 }), /prefix match pattern must be a string/],
    ["has a prefix of a suffix", onKey({ prefix: { suffix: "a" } }), /Unsupported prefix pattern: suffix/],
    ["excludes nothing", onKey({ "anything-but": [] }), /Inside anything but list/],
    ["excludes a text and a number", onKey({ "anything-but": ["a", 1] }), /mixed type is not supported/],
    ["excludes a range", onKey({ "anything-but": { numeric: ["=", 1] } }), /Unsupported anything-but pattern: numeric/],
    ["excludes every prefix", onKey({ "anything-but": { prefix: "" } }), /Null prefix\/suffix not allowed/],
    ["has two stars in a row", onKey({ wildcard: "a**b" }), /Consecutive wildcard characters/],
    ["escapes a letter", onKey({ wildcard: "\\a" }), /Invalid escape character/],
    ["has a comparison without a number", onKey({ numeric: ["<"] }), /Value of < must be numeric/],
    ["has a comparison with a large number", onKey({ numeric: ["<", 5_000_000_001] }), /between -5.0E9 and 5.0E9/],
    ["has a range from above", onKey({ numeric: ["<", 5, ">", 0] }), /Too many elements/],
    ["has a range without numbers in it", onKey({ numeric: [">", 5, "<", 5] }), /Bottom must be less than top/],
    ["has no network", onKey({ cidr: "10.0.0.0" }), /Malformed CIDR/],
    ["asks whether it exists in words", onKey({ exists: "yes" }), /must be either true or false/],
    ["has one alternative", { $or: [{ a: ["x"] }] }, /at least 2 objects/],
    ["has an operator for a key in an alternative", { $or: [{ prefix: ["x"] }, { b: ["y"] }] }, /reserved field name/],
    [
      "says two things of one field",
      { detail: { object: { key: [{ prefix: "a" }] }, $or: [{ object: { key: ["b"] } }, { c: [1] }] } },
      /Path `detail.object.key` cannot be allowed multiple times/,
    ],
    [
      "combines alternatives in many ways",
      Object.fromEntries(
        ["a", "b", "c"].map((name) => [
          name,
          { $or: Array.from({ length: 11 }, (_, index) => ({ [`${name}${index}`]: [1] })) },
        ]),
      ),
      /more than 1000 combinations/,
    ],
  ])("is refused if it %s", (_what, pattern, reason) => {
    expect(problemOf(pattern)).toMatch(/^AwsError: Event pattern is not valid\. Reason: /);
    expect(problemOf(pattern)).toMatch(reason);
  });

  it("has 2,048 characters at the most", () => {
    const ofLength = (length: number) => JSON.stringify({ a: ["x".repeat(length - '{"a":[""]}'.length)] });

    expect(problemOf(ofLength(2_048))).toBe("");
    expect(problemOf(ofLength(2_049))).toMatch(/Expected at most 2048 characters, received 2049/);
  });

  it.each<[string, readonly string[], boolean]>([
    // Reported by users: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html#eb-filtering-wildcard-matching-complexity
    ["four endings anywhere", ["*.bif", "*.tiff", "*.tif", "*.svs"], true],
    ["two endings in a folder anywhere", ["*/sync/*.bif", "*/sync/*.tif"], true],
    ["four endings in a folder anywhere", ["*/sync/*.bif", "*/sync/*.tif", "*/sync/*.tiff", "*/sync/*.svs"], false],
    ["five endings in a folder", [".jpg", ".jpeg", ".png", ".gif", ".webp"].map((end) => `in/*${end}`), true],
    ["six endings in a folder", [".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif"].map((end) => `in/*${end}`), false],
    ["six endings in as many folders", [1, 2, 3, 4, 5, 6].map((folder) => `${folder}/*.jpg`), true],
  ])("may be so complex: %s is %s", (_what, wildcards, isTaken) => {
    const separate = onKey(...wildcards.map((wildcard) => ({ wildcard })));
    const inOne = onKey({ "anything-but": { wildcard: wildcards } });
    const alternatives = { $or: wildcards.map((wildcard) => onKey({ wildcard })) };

    for (const pattern of [separate, inOne, alternatives]) {
      expect(problemOf(pattern)).toMatch(isTaken ? /^$/ : /Rule is too complex/);
    }
  });
});

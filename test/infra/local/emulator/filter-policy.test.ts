import { describe, expect, it } from "vitest";
import { attributesPass, bodyPasses, readFilterPolicy } from "../../../../infra/local/emulator/filter-policy.ts";

const S3_EVENT = {
  Records: [
    { eventName: "ObjectCreated:Put", s3: { object: { key: "cats/tom.jpg", size: 5 } } },
    { eventName: "ObjectRemoved:Delete", s3: { object: { key: "dogs/rex.png" } } },
  ],
};

describe("a policy on the body", () => {
  it.each<[string, object, object]>([
    ["an exact text", { a: ["x"] }, { a: "x" }],
    ["an exact number, however it is written", { a: [3] }, { a: 3.0 }],
    ["an exact truth value", { a: [true] }, { a: true }],
    ["null", { a: [null] }, { a: null }],
    ["any of several values", { a: ["x", "y"] }, { a: "y" }],
    ["any element of an array", { a: ["y"] }, { a: ["x", "y"] }],
    ["any element of nested arrays", { a: { b: ["y"] } }, { a: [[{ b: "x" }], [{ b: ["z", "y"] }]] }],
    ["a key inside an array of records", { Records: { s3: { object: { key: [{ suffix: ".png" }] } } } }, S3_EVENT],
    [
      "two keys that different records match",
      { Records: { eventName: [{ prefix: "ObjectCreated:" }], s3: { object: { key: [{ prefix: "dogs/" }] } } } },
      S3_EVENT,
    ],
    ["a prefix", { a: [{ prefix: "ab" }] }, { a: "abc" }],
    ["a suffix", { a: [{ suffix: "bc" }] }, { a: "abc" }],
    ["a text in any case", { a: [{ "equals-ignore-case": "AbC" }] }, { a: "aBc" }],
    ["a wildcard", { a: [{ wildcard: "cats/*.jpg" }] }, { a: "cats/a/b\n.jpg" }],
    ["a wildcard that stands for nothing", { a: [{ wildcard: "a*b" }] }, { a: "ab" }],
    ["an escaped star", { a: [{ wildcard: "a\\*b*" }] }, { a: "a*bc" }],
    ["anything but a value", { a: [{ "anything-but": "x" }] }, { a: "y" }],
    ["anything but several values", { a: [{ "anything-but": [1, 2] }] }, { a: 3 }],
    ["anything but a prefix", { a: [{ "anything-but": { prefix: "x" } }] }, { a: "yx" }],
    ["anything but a suffix", { a: [{ "anything-but": { suffix: ".gif" } }] }, { a: "a.jpg" }],
    ["anything but a wildcard", { a: [{ "anything-but": { wildcard: "*x*" } }] }, { a: "y" }],
    ["an equal number", { a: [{ numeric: ["=", 3.5] }] }, { a: 3.5 }],
    ["a number in a range", { a: [{ numeric: [">", 0, "<=", 5] }] }, { a: 5 }],
    ["an address in a network", { a: [{ cidr: "10.0.0.0/24" }] }, { a: "10.0.0.255" }],
    ["a key that is there", { a: [{ exists: true }] }, { a: 0 }],
    ["a key that is not there", { a: [{ exists: false }] }, { b: 0 }],
    ["a value or an absent key", { a: ["x", { exists: false }] }, {}],
    ["either of two keys", { $or: [{ a: ["x"] }, { b: ["y"] }] }, { b: "y" }],
    ["either of two keys inside another", { a: { $or: [{ b: ["x"] }, { c: ["y"] }] } }, { a: { c: "y" } }],
    ["a key of that name", { $or: ["x"] }, { $or: "x" }],
    ["everything, if it is empty", {}, { a: "x" }],
  ])("matches %s", (_what, policy, body) => {
    expect(bodyPasses(readFilterPolicy(JSON.stringify(policy), "MessageBody"), JSON.stringify(body))).toBe(true);
  });

  it.each<[string, object, string]>([
    ["a text in another case", { a: ["x"] }, `{"a":"X"}`],
    ["a number for a text", { a: ["3"] }, `{"a":3}`],
    ["a text for a number", { a: [3] }, `{"a":"3"}`],
    ["an absent key", { a: ["x"] }, `{"b":"x"}`],
    ["an inherited key", { constructor: [{ exists: true }] }, `{}`],
    ["an object where a value is wanted", { a: [{ exists: true }] }, `{"a":{"b":1}}`],
    ["one key of two", { a: ["x"], b: ["y"] }, `{"a":"x","b":"z"}`],
    ["a suffix in another case", { a: [{ suffix: ".jpg" }] }, `{"a":"tom.JPG"}`],
    ["a dot that is no wildcard", { a: [{ wildcard: "a.c*" }] }, `{"a":"abc"}`],
    ["a plain star for an escaped one", { a: [{ wildcard: "a\\*b" }] }, `{"a":"axb"}`],
    ["an excluded value", { a: [{ "anything-but": ["x"] }] }, `{"a":"x"}`],
    ["an absent key for anything-but", { a: [{ "anything-but": ["x"] }] }, `{}`],
    ["null for anything-but", { a: [{ "anything-but": ["x"] }] }, `{"a":null}`],
    ["an excluded prefix", { a: [{ "anything-but": { prefix: ["x", "y"] } }] }, `{"a":"yz"}`],
    ["a number out of a range", { a: [{ numeric: [">", 0, "<=", 5] }] }, `{"a":0}`],
    ["a number as a text", { a: [{ numeric: ["=", 3] }] }, `{"a":"3"}`],
    ["an address of another network", { a: [{ cidr: "10.0.0.0/24" }] }, `{"a":"10.0.1.0"}`],
    ["a text that is no address", { a: [{ cidr: "10.0.0.0/24" }] }, `{"a":"x"}`],
    ["a key that has to be absent", { a: [{ exists: false }] }, `{"a":1}`],
    ["neither of two keys", { $or: [{ a: ["x"] }, { b: ["y"] }] }, `{"a":"y"}`],
    ["an array at the top", { a: ["x"] }, `[{"a":"x"}]`],
    ["a body that is not JSON", { a: [{ exists: false }] }, `tom.jpg`],
  ])("filters out %s", (_what, policy, body) => {
    expect(bodyPasses(readFilterPolicy(JSON.stringify(policy), "MessageBody"), body)).toBe(false);
  });
});

describe("a policy on attributes", () => {
  const attributes = {
    name: { DataType: "String", StringValue: "tom" },
    size: { DataType: "Number.int", StringValue: "5e0" },
    tags: { DataType: "String.Array", StringValue: `["x", 2, null]` },
    broken: { DataType: "String.Array", StringValue: `x` },
    bytes: { DataType: "Binary" },
  };

  it.each<[string, object, boolean]>([
    ["matches a text", { name: ["tom"] }, true],
    ["matches a number", { size: [5] }, true],
    ["matches a range", { size: [{ numeric: [">", 4] }] }, true],
    ["matches an element of an array", { tags: [2] }, true],
    ["filters out another text", { name: ["Tom"] }, false],
    ["filters out a number for a text", { size: ["5e0"] }, false],
    ["filters out an array that is not one", { broken: ["x"] }, false],
    ["does not see binary attributes", { bytes: [{ exists: true }] }, false],
    ["sees that an attribute is missing", { other: [{ exists: false }] }, true],
    ["matches without attributes to match", {}, true],
  ])("%s", (_what, policy, expected) => {
    expect(attributesPass(readFilterPolicy(JSON.stringify(policy), "MessageAttributes"), attributes)).toBe(expected);
  });
});

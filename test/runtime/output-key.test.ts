import { describe, expect, it } from "vitest";
import type { Variant } from "../../runtime/contract.ts";
import {
  DEFAULT_OUTPUT_KEY,
  isStorableKey,
  literalPrefix,
  outputKey,
  problemOfTemplate,
} from "../../runtime/output-key.ts";
import { ALL_OUTPUT_TYPES } from "../../runtime/output-type.ts";

const SOURCE: Variant = { name: "8x8", format: "source" };
const WEBP: Variant = { name: "8x8", format: "image/webp" };

describe("an output's key", () => {
  it.each([
    ["cats/tom.jpg", SOURCE, "pixelate/cats/tom.jpg/8x8.jpg"],
    ["cats/tom.jpg", WEBP, "pixelate/cats/tom.jpg/8x8.webp"],
    ["TOM.JPEG", SOURCE, "pixelate/TOM.JPEG/8x8.JPEG"],
    ["archive.tar.gz", SOURCE, "pixelate/archive.tar.gz/8x8.gz"],
    ["tom", SOURCE, "pixelate/tom/8x8"],
    ["tom", WEBP, "pixelate/tom/8x8.webp"],
    ["v1.2/tom", SOURCE, "pixelate/v1.2/tom/8x8"],
    ["cats/.hidden", SOURCE, "pixelate/cats/.hidden/8x8"],
    [".hidden.png", SOURCE, "pixelate/.hidden.png/8x8.png"],
    ["tom.", SOURCE, "pixelate/tom./8x8."],
    ["a//b.png", SOURCE, "pixelate/a//b.png/8x8.png"],
    ["/tom.png", SOURCE, "pixelate//tom.png/8x8.png"],
    ["übung 猫 🐈 (1) + 100%.png", SOURCE, "pixelate/übung 猫 🐈 (1) + 100%.png/8x8.png"],
    ["{variant}{ext}$&$1.png", SOURCE, "pixelate/{variant}{ext}$&$1.png/8x8.png"],
  ])("of %s follows from the default template (%j)", (key, variant, expected) => {
    expect(outputKey(DEFAULT_OUTPUT_KEY, "pixelate", key, variant)).toBe(expected);
  });

  it.each([
    ["resized/{key}", "cats/tom.jpg", SOURCE, "resized/cats/tom.jpg"],
    ["thumbnails/{base}{ext}", "cats/tom.jpg", SOURCE, "thumbnails/tom.jpg"],
    ["thumbnails/{base}{ext}", "cats/tom.jpg", WEBP, "thumbnails/tom.webp"],
    ["pixelated-{variant}-{base}{ext}", "cats/tom.jpg", SOURCE, "pixelated-8x8-tom.jpg"],
    ["{dir}{base}_{variant}{ext}", "cats/old/tom.jpg", SOURCE, "cats/old/tom_8x8.jpg"],
    ["{dir}{base}_{variant}{ext}", "tom.jpg", SOURCE, "tom_8x8.jpg"],
    ["{dir}{base}{ext}", "cats/.hidden", SOURCE, "cats/.hidden"],
    ["{transform}/{transform}/{variant}", "tom.jpg", SOURCE, "pixelate/pixelate/8x8"],
    ["{base}{ext}", "{dir}{ext}.png", SOURCE, "{dir}{ext}.png"],
    ["{base}{ext}", "..", SOURCE, ".."],
    ["thumbs/{key}", "../a//./b.png", SOURCE, "thumbs/../a//./b.png"],
  ])("follows from the template %s for %s (%j)", (template, key, variant, expected) => {
    expect(outputKey(template, "pixelate", key, variant)).toBe(expected);
  });

  it("ends in the first extension of its variant's media type", () => {
    const keys = ALL_OUTPUT_TYPES.map((format) => outputKey("{base}{ext}", "t", "tom", { name: "a", format }));

    expect(keys).toEqual(["tom.jpg", "tom.png", "tom.webp", "tom.gif", "tom.avif", "tom.tif", "tom.json"]);
  });

  it.each([
    ["a".repeat(1024), true],
    ["a".repeat(1025), false],
    ["ü".repeat(512), true],
    ["ü".repeat(513), false],
  ])("is storable up to 1,024 bytes of UTF-8", (key, storable) => {
    expect(isStorableKey(key)).toBe(storable);
  });
});

const KNOWN = "{transform}, {key}, {dir}, {base}, {ext}, {variant}";

describe("a template of output keys", () => {
  it.each([
    DEFAULT_OUTPUT_KEY,
    "resized/{key}",
    "{dir}{base}_{variant}{ext}",
    "pixelated-{variant}-{base}{ext}",
    "all.jpg",
    "...{key}/..a",
    "{transform}/{dir}",
  ])("may be %s", (template) => {
    expect(problemOfTemplate(template)).toBeUndefined();
  });

  it.each([
    ["{size}/{key}", `Expected placeholders of ${KNOWN} in an output key, received {size} in {size}/{key}.`],
    ["{Key}", `Expected placeholders of ${KNOWN} in an output key, received {Key} in {Key}.`],
    ["{constructor}", `Expected placeholders of ${KNOWN} in an output key, received {constructor} in {constructor}.`],
    ["{key}{}", `Expected placeholders of ${KNOWN} in an output key, received {} in {key}{}.`],
    ["{{key}}", `Expected braces only around ${KNOWN} in an output key, received {{key}}.`],
    ["{key", `Expected braces only around ${KNOWN} in an output key, received {key.`],
    ["key}", `Expected braces only around ${KNOWN} in an output key, received key}.`],
    ["", "Expected text on both sides of each slash in an output key, received nothing."],
    ["/{key}", "Expected text on both sides of each slash in an output key, received /{key}."],
    ["a//{key}", "Expected text on both sides of each slash in an output key, received a//{key}."],
    ["{key}/", "Expected text on both sides of each slash in an output key, received {key}/."],
    [
      "{dir}/{base}",
      "Expected no slash after {dir} in an output key, since it ends with its own, received {dir}/{base}.",
    ],
    ["../{key}", "Expected an output key without . and .. between slashes, received ../{key}."],
    ["a/./{key}", "Expected an output key without . and .. between slashes, received a/./{key}."],
    ["a*/{key}", "Expected an output key without *, ? and $, received a*/{key}."],
    ["a$/{key}", "Expected an output key without *, ? and $, received a$/{key}."],
  ])("may not be %j", (template, problem) => {
    expect(problemOfTemplate(template)).toBe(problem);
  });

  it("gives no key if it is none", () => {
    expect(() => outputKey("{size}", "pixelate", "tom.jpg", SOURCE)).toThrow(TypeError);
  });

  it.each([
    [DEFAULT_OUTPUT_KEY, "pixelate/"],
    ["resized/{key}", "resized/"],
    ["pixelated-{variant}-{base}{ext}", "pixelated-"],
    ["a/{transform}/{transform}-{key}", "a/pixelate/pixelate-"],
    ["{key}", ""],
    ["all.jpg", "all.jpg"],
    ["{transform}", "pixelate"],
  ])("starts all keys of %s with %j", (template, prefix) => {
    expect(literalPrefix(template, "pixelate")).toBe(prefix);
  });
});

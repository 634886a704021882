import { describe, expect, it } from "vitest";
import { problemOfVariantList } from "../../runtime/transform-problems.ts";

const BAD_VARIANTS: [variants: unknown, problem: string][] = [
  [undefined, "Expected at least one variant, received nothing."],
  [{ name: "small" }, 'Expected at least one variant, received {"name":"small"}.'],
  ...["Small", "a b", "a/b", "-a", "a--b", "a_b", "", "ü"].map((name): [unknown, string] => [
    [{ name, format: "source" }],
    `Expected variant names of lower-case letters, digits and single hyphens, received ${JSON.stringify(name)}.`,
  ]),
  [
    [{ name: "a", format: "source" }, undefined],
    "Expected variant names of lower-case letters, digits and single hyphens, received nothing.",
  ],
  [
    [{ name: "small", format: "webp" }],
    'Expected the format of variant small to be source or one of image/jpeg, image/png, image/webp, image/gif, image/avif, image/tiff, application/json, received "webp".',
  ],
  [
    [{ name: "small" }],
    "Expected the format of variant small to be source or one of image/jpeg, image/png, image/webp, image/gif, image/avif, image/tiff, application/json, received nothing.",
  ],
  [
    [
      { name: "a", format: "source" },
      { name: "b", format: "source" },
      { name: "a", format: "image/png" },
    ],
    "Expected variants of different names, received a twice.",
  ],
];

describe("a list of variants", () => {
  it.each(BAD_VARIANTS)("is refused when it is %j", (variants, problem) => {
    expect(problemOfVariantList(variants)).toBe(problem);
  });

  it("has no problem when names differ and formats are known", () => {
    const variants = [
      { name: "8x8", format: "source" },
      { name: "small-2x", format: "image/avif" },
    ];

    expect(problemOfVariantList(variants)).toBeUndefined();
  });
});

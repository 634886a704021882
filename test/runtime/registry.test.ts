import { describe, expect, it } from "vitest";
import { integer, options } from "../../runtime/contract.ts";
import { Registry } from "../../runtime/registry.ts";
import { preview, scripted } from "../support/test-transforms.ts";

const other = scripted({ async *run() {} });

/** A change that makes a valid transform invalid, and the rest of the error. */
const INVALID: [change: Record<string, unknown>, problem: string][] = [
  [{ summary: undefined }, "summary to be one sentence that ends in a full stop, received nothing."],
  [{ summary: "Two squares" }, 'summary to be one sentence that ends in a full stop, received "Two squares".'],
  [{ summary: " Two." }, 'summary to be one sentence that ends in a full stop, received " Two.".'],
  [{ accepts: undefined }, "accepts to be a list of media types, received nothing."],
  [{ accepts: [] }, "accepts to be a list of media types, received []."],
  [{ accepts: "image/png" }, 'accepts to be a list of media types, received "image/png".'],
  [{ accepts: ["image/png", "image/jpg"] }, `${mediaTypes()}, received "image/jpg".`],
  [{ accepts: ["application/json"] }, `${mediaTypes()}, received "application/json".`],
  [{ accepts: ["image/png", undefined] }, `${mediaTypes()}, received nothing.`],
  [{ options: undefined }, "options to be made by options({ … }), received nothing."],
  [{ options: { side: 4 } }, 'options to be made by options({ … }), received {"side":4}.'],
  [{ transform: undefined }, "transform to be an async generator, received nothing."],
  [{ transform: "run" }, 'transform to be an async generator, received "run".'],
  [{ variants: undefined }, "variants to be a function from options to variants, received nothing."],
  [{ variants: [] }, "variants to be a function from options to variants, received []."],
  [{ limits: undefined }, "limits.memoryMb to be an integer from 128 to 10240, received nothing."],
  [{ limits: limits(127, 10) }, "limits.memoryMb to be an integer from 128 to 10240, received 127."],
  [{ limits: limits(10_241, 10) }, "limits.memoryMb to be an integer from 128 to 10240, received 10241."],
  [{ limits: limits(512.5, 10) }, "limits.memoryMb to be an integer from 128 to 10240, received 512.5."],
  [{ limits: limits("512", 10) }, 'limits.memoryMb to be an integer from 128 to 10240, received "512".'],
  [{ limits: limits(512, 0) }, "limits.timeoutSeconds to be an integer from 1 to 900, received 0."],
  [{ limits: limits(512, 901) }, "limits.timeoutSeconds to be an integer from 1 to 900, received 901."],
  [{ exceptions: "none" }, 'exceptions to be promises, each with one sentence why, received "none".'],
  [{ exceptions: { "is still": "" } }, 'exceptions to be promises, each with one sentence why, received "".'],
  [{ exceptions: { "is still": 1 } }, "exceptions to be promises, each with one sentence why, received 1."],
  [{ variants: () => [] }, "at least one variant, received []."],
  [
    {
      variants: () => {
        throw new Error("No cells.");
      },
    },
    "variants of the default options, received an error: No cells.",
  ],
  [
    { options: options({ side: integer({ min: 1, max: 2, default: 3, describe: "A side." }) }) },
    "variants of the default options, received an error: Expected an integer from 1 to 2 for preview.side, received 3.",
  ],
];

describe("a registry", () => {
  it("finds transforms by name, in the order of their registration", () => {
    const registry = new Registry().register("preview", preview).register("other", other);

    const found = [registry.get("preview"), registry.names(), registry.entries()];

    expect(found).toEqual([
      preview,
      ["preview", "other"],
      [
        { name: "preview", transform: preview },
        { name: "other", transform: other },
      ],
    ]);
  });

  it("names those that it has when it is asked for another", () => {
    const registry = new Registry().register("preview", preview).register("other", other);

    expect(() => registry.get("preveiw")).toThrow(
      new TypeError("Expected a transform of preview, other, received preveiw."),
    );
  });

  it.each(INVALID)("refuses a transform with %j", (change, problem) => {
    expect(() => new Registry().register("preview", { ...preview, ...change })).toThrow(
      new TypeError(`transforms/preview.ts is not a transform. Expected ${problem}`),
    );
  });

  it.each([
    [undefined, "nothing"],
    [null, "null"],
    ["preview", '"preview"'],
    [() => preview, "a function"],
  ])("refuses a default export that is no object: %s", (candidate, received) => {
    expect(() => new Registry().register("preview", candidate)).toThrow(
      new TypeError(
        `transforms/preview.ts is not a transform. Expected its default export to be a transform, received ${received}.`,
      ),
    );
  });

  it.each(["Preview", "my_preview", "8x8", "-a", "a-", "a--b", "", "a.b", "a".repeat(33)])(
    "refuses the name %j, which not every AWS resource could have",
    (name) => {
      expect(() => new Registry().register(name, preview)).toThrow(
        new TypeError(
          `transforms/${name}.ts is not a transform. Expected a file name of lower-case letters, digits and single hyphens, at most 32 long, received ${name}.`,
        ),
      );
    },
  );

  it("refuses a second transform of the same name", () => {
    const registry = new Registry().register("preview", preview);

    expect(() => registry.register("preview", other)).toThrow(
      new TypeError("transforms/preview.ts is registered twice."),
    );
  });
});

function limits(memoryMb: unknown, timeoutSeconds: unknown) {
  return { memoryMb, timeoutSeconds };
}

function mediaTypes(): string {
  return "accepts to name media types of image/jpeg, image/png, image/webp, image/gif, image/avif, image/tiff";
}

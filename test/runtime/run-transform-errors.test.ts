import { describe, expect, it } from "vitest";
import type { Transform } from "../../runtime/contract.ts";
import { PipelineError } from "../../runtime/errors.ts";
import { openSource } from "../../runtime/source.ts";
import { collectOutputs } from "../support/collect-outputs.ts";
import { type FixtureName, fixture } from "../support/fixtures.ts";
import { scripted } from "../support/test-transforms.ts";

/** Bytes with a good header, whose pixels do not decode. */
const DAMAGED: FixtureName[] = ["jpeg-truncated", "jpeg-corrupt-header", "png-truncated", "avif-truncated"];

const throwing = scripted({
  // biome-ignore lint/correctness/useYield: it throws before it could.
  async *run() {
    throw new Error("Out of paint.");
  },
});

describe("a transform that throws", () => {
  it("has failed, if its source decodes", async () => {
    const running = collectOutputs(throwing, await openSource(await fixture("png")));

    await expect(running).rejects.toThrow(
      new PipelineError("TRANSFORM_FAILED", "Expected outputs, received an error: Out of paint.", {
        cause: new Error("Out of paint."),
      }),
    );
  });

  it.each(DAMAGED)("has been given a corrupt source, if that does not decode: %s", async (name) => {
    const running = collectOutputs(throwing, await openSource(await fixture(name)));

    await expect(running).rejects.toMatchObject({ code: "SOURCE_CORRUPT", retryable: false });
  });

  it.each(DAMAGED)("has been given a corrupt source, if it only decoded it: %s", async (name) => {
    const transform = scripted({
      async *run(source) {
        yield { variant: "small", body: await source.image().resize(4).toBuffer() };
      },
    });

    const running = collectOutputs(transform, await openSource(await fixture(name)));

    await expect(running).rejects.toMatchObject({
      code: "SOURCE_CORRUPT",
      message: expect.stringMatching(/^Expected bytes that decode as image\/\w+, received: \S/),
    });
  });

  it("keeps the code that it says itself", async () => {
    const transform = scripted({
      // biome-ignore lint/correctness/useYield: it throws before it could.
      async *run() {
        throw new PipelineError("SOURCE_TOO_MANY_PIXELS", "Too many.");
      },
    });

    const running = collectOutputs(transform, await openSource(await fixture("png")));

    await expect(running).rejects.toThrow(new PipelineError("SOURCE_TOO_MANY_PIXELS", "Too many."));
  });

  it.each<[string, Partial<Transform>, string]>([
    [
      "its variants throw",
      {
        variants: () => {
          throw new Error("No cells.");
        },
      },
      "Expected variants, received an error: No cells.",
    ],
    [
      "it throws at once",
      {
        transform: () => {
          throw new Error("No paint.");
        },
      },
      "Expected outputs, received an error: No paint.",
    ],
    [
      "it throws what is no error",
      {
        // biome-ignore lint/correctness/useYield: it throws before it could.
        async *transform() {
          throw "paint";
        },
      },
      "Expected outputs, received an error: paint",
    ],
  ])("has failed when %s", async (_, change, message) => {
    const transform = { ...throwing, ...change };

    const running = collectOutputs(transform, await openSource(await fixture("png")));

    await expect(running).rejects.toMatchObject({ code: "TRANSFORM_FAILED", retryable: false, message });
  });

  it("has failed when it gives nothing to iterate", async () => {
    const transform = { ...throwing, transform: (() => undefined) as unknown as Transform["transform"] };

    const running = collectOutputs(transform, await openSource(await fixture("png")));

    await expect(running).rejects.toMatchObject({ code: "TRANSFORM_FAILED", cause: expect.any(TypeError) });
  });
});

import { describe, expect, it } from "vitest";
import { MEDIA_TYPES } from "../../runtime/media-type.ts";
import { DEFAULT_INPUT_LIMITS, type InputLimits } from "../../runtime/settings.ts";
import { openSource } from "../../runtime/source.ts";
import { collectOutputs } from "../support/collect-outputs.ts";
import { fixture } from "../support/fixtures.ts";
import { scripted } from "../support/test-transforms.ts";

describe("the run of a transform", () => {
  it("fails for an output of more pixels than the limit, over all its frames", async () => {
    const source = await openSource(await fixture("gif-animated"));
    const transform = scripted({
      async *run() {
        yield { variant: "small", body: await fixture("gif-animated") };
      },
    });
    const within = (outputPixels: number): Partial<InputLimits> => ({ outputPixels });

    await collectOutputs(transform, source, { limits: within(3 * 96 * 64) });
    const running = collectOutputs(transform, source, { limits: within(3 * 96 * 64 - 1) });

    await expect(running).rejects.toMatchObject({
      code: "OUTPUT_TOO_LARGE",
      message: "Expected variant small of at most 18431 pixels, received 18432.",
    });
  });

  it.each(["image/webp", "image/jpeg", "image/gif", "image/avif"] as const)(
    "fails for an output of %s with a side that its format can't express",
    async (format) => {
      const width = MEDIA_TYPES[format].maxSide + 1;
      const transform = scripted({
        variants: [{ name: "wide", format }],
        async *run(source) {
          const body = await source.image(format).resize(width, 1, { fit: "fill" }).toBuffer();
          yield { variant: "wide", body };
        },
      });

      const running = collectOutputs(transform, await openSource(await fixture("png")));

      await expect(running).rejects.toMatchObject({
        code: "OUTPUT_TOO_LARGE",
        message: expect.stringMatching(/too large for the \w+ format/),
      });
    },
  );

  it("fails for raw pixels beyond the limit as for an output beyond it", async () => {
    const limits = { ...DEFAULT_INPUT_LIMITS, outputPixels: 3 };
    const transform = scripted({
      async *run(source) {
        const layout = { width: 2, height: 2, channels: 1 } as const;
        yield { variant: "small", body: await source.fromPixels(new Uint8Array(4), layout).toBuffer() };
      },
    });

    const running = collectOutputs(transform, await openSource(await fixture("png"), limits), { limits });

    await expect(running).rejects.toMatchObject({ code: "OUTPUT_TOO_LARGE" });
  });
});

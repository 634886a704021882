import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { PipelineError } from "../../runtime/errors.ts";
import { ALL_MEDIA_TYPES } from "../../runtime/media-type.ts";
import { DEFAULT_INPUT_LIMITS } from "../../runtime/settings.ts";
import { openSource } from "../../runtime/source.ts";
import { type FixtureName, fixture } from "../support/fixtures.ts";

/** Four frames of two by one pixels, each of another grey, frame below frame. */
const FRAMES = Uint8Array.from([10, 80, 160, 240].flatMap((grey) => Array(2 * 3).fill(grey)));
const LAYOUT = { width: 2, height: 4, channels: 3, frameHeight: 1 } as const;

describe("an image from raw pixels", () => {
  it.each(ALL_MEDIA_TYPES)("is encoded as %s", async (mediaType) => {
    const source = await openSource(await fixture("png"));

    const body = await source.fromPixels(FRAMES, { width: 2, height: 4, channels: 3 }, mediaType).toBuffer();
    const metadata = await sharp(body).metadata();

    expect([metadata.mediaType, metadata.width, metadata.height]).toEqual([mediaType, 2, 4]);
  });

  it("is encoded as its source unless another type is named", async () => {
    const source = await openSource(await fixture("tiff"));

    const body = await source.fromPixels(FRAMES, { width: 2, height: 4, channels: 3 }).toBuffer();

    expect((await sharp(body).metadata()).mediaType).toBe("image/tiff");
  });

  it.each([
    { channels: 1, pixel: [9], seen: [9, 9, 9, 255] },
    { channels: 2, pixel: [9, 30], seen: [9, 9, 9, 30] },
    { channels: 3, pixel: [9, 90, 200], seen: [9, 90, 200, 255] },
    { channels: 4, pixel: [9, 90, 200, 30], seen: [9, 90, 200, 30] },
  ] as const)("shows the levels of $channels channels as they are", async ({ channels, pixel, seen }) => {
    const source = await openSource(await fixture("png"));

    const body = await source.fromPixels(Uint8Array.from(pixel), { width: 1, height: 1, channels }).toBuffer();
    const decoded = await sharp(body).toColourspace("srgb").ensureAlpha().raw().toBuffer();

    expect([...decoded]).toEqual(seen);
  });

  it.each<FixtureName>(["gif-animated", "webp-animated"])(
    "shows its frames as long and as often as %s",
    async (name) => {
      const source = await openSource(await fixture(name));

      const body = await source.fromPixels(FRAMES.subarray(0, 18), { ...LAYOUT, height: 3 }).toBuffer();
      const { pages, delay, loop, width, pageHeight } = await sharp(body, { pages: -1 }).metadata();

      expect({ pages, delay, loop, width, pageHeight }).toEqual({
        pages: 3,
        delay: [70, 120, 310],
        loop: 3,
        width: 2,
        pageHeight: 1,
      });
    },
  );

  it("shows a frame that is to stay for minutes for 65 seconds", async () => {
    const bytes = await fixture("gif-animated");
    // The first frame's delay, in hundredths of a second, behind the graphic control extension's mark.
    bytes.writeUInt16LE(0xffff, bytes.indexOf(Buffer.of(0x21, 0xf9, 4)) + 4);
    const source = await openSource(bytes);

    const body = await source.fromPixels(FRAMES.subarray(0, 18), { ...LAYOUT, height: 3 }).toBuffer();

    expect([source.delays, (await sharp(body, { pages: -1 }).metadata()).delay]).toEqual([
      [655_350, 120, 310],
      [65_540, 120, 310],
    ]);
  });

  it("keeps its frames apart", async () => {
    const source = await openSource(await fixture("webp-animated"));

    const image = source.fromPixels(FRAMES, LAYOUT).webp({ lossless: true });
    const { data, info } = await sharp(await image.toBuffer(), { pages: -1 })
      .raw()
      .toBuffer({ resolveWithObject: true });

    expect([info.pages, [...data].filter((_, index) => index % (2 * info.channels) === 0)]).toEqual([
      4,
      [10, 80, 160, 240],
    ]);
  });

  it("has no more pixels than an output may", async () => {
    const source = await openSource(await fixture("png"), { ...DEFAULT_INPUT_LIMITS, outputPixels: 7 });

    const start = () => source.fromPixels(FRAMES, { width: 2, height: 4, channels: 3 });

    expect(start).toThrow(
      new PipelineError("OUTPUT_TOO_LARGE", "Expected an image of at most 7 pixels, received 2 x 4."),
    );
  });
});

import { describe, expect, it } from "vitest";
import { PipelineError } from "../../runtime/errors.ts";
import { DEFAULT_INPUT_LIMITS } from "../../runtime/settings.ts";
import { openSource } from "../../runtime/source.ts";
import { FIXTURE_NAMES, FIXTURES, type FixtureName, fixture, fixturesWith } from "../support/fixtures.ts";

const WHOLE = FIXTURE_NAMES.filter((name) => !FIXTURES[name].traits.includes("broken"));

/** TIFF's pages are not frames, and its notes say so. */
const NOTES: Partial<Record<FixtureName, string[]>> = { "tiff-pages": ["Only the first of 3 images was read."] };

describe("an opened source", () => {
  it.each(WHOLE)("tells what %s is, as a viewer sees it", async (name) => {
    const { mediaType, width, height, frames, delays, loop } = FIXTURES[name];

    const source = await openSource(await fixture(name));

    expect({ ...source }).toEqual({
      mediaType,
      format: mediaType?.slice("image/".length),
      width,
      height,
      frames,
      delays,
      loop,
      hasAlpha: expect.any(Boolean),
      notes: NOTES[name] ?? [],
    });
  });

  it.each(fixturesWith("alpha"))("says that pixels of %s may be transparent", async (name) => {
    expect((await openSource(await fixture(name))).hasAlpha).toBe(true);
  });

  it.each<FixtureName>(["jpeg", "png", "webp", "avif", "tiff"])(
    "says that no pixel of %s is transparent",
    async (name) => {
      expect((await openSource(await fixture(name))).hasAlpha).toBe(false);
    },
  );

  it("does not change the bytes", async () => {
    const bytes = await fixture("gif-animated");

    const source = await openSource(bytes);
    await source.image().toBuffer();
    source.gif().turn("clockwise");

    expect(bytes.equals(await fixture("gif-animated"))).toBe(true);
  });
});

describe("a limited source", () => {
  it("may have as many bytes as its limit, and no more", async () => {
    const bytes = await fixture("png");

    await openSource(bytes, { ...DEFAULT_INPUT_LIMITS, sourceBytes: bytes.length });
    const opening = openSource(bytes, { ...DEFAULT_INPUT_LIMITS, sourceBytes: bytes.length - 1 });

    await expect(opening).rejects.toThrow(
      new PipelineError(
        "SOURCE_TOO_MANY_BYTES",
        `Expected a source of at most ${bytes.length - 1} bytes, received ${bytes.length}.`,
      ),
    );
  });

  it("may have as many pixels as its limit, and no more", async () => {
    const bytes = await fixture("png");

    await openSource(bytes, { ...DEFAULT_INPUT_LIMITS, sourcePixels: 96 * 64 });
    const opening = openSource(bytes, { ...DEFAULT_INPUT_LIMITS, sourcePixels: 96 * 64 - 1 });

    await expect(opening).rejects.toThrow(
      new PipelineError("SOURCE_TOO_MANY_PIXELS", "Expected a source of at most 6143 pixels, received 96 x 64."),
    );
  });

  it.each<[FixtureName, string]>([
    ["png-bomb", "9000 x 9000"],
    ["png-forged-size", "65000 x 65000"],
  ])("is refused by its header alone when it is %s", async (name, size) => {
    const opening = openSource(await fixture(name));

    await expect(opening).rejects.toThrow(
      new PipelineError("SOURCE_TOO_MANY_PIXELS", `Expected a source of at most 50000000 pixels, received ${size}.`),
    );
  });

  it.each<[FixtureName, number, number]>([
    ["gif-animated", 3 * 96 * 64, 3],
    ["webp-animated", 3 * 96 * 64, 3],
    ["gif-partial-frames", 5 * 96 * 64, 5],
  ])("is the whole animation when that is just within its limits: %s", async (name, sourcePixels, sourceFrames) => {
    const source = await openSource(await fixture(name), { ...DEFAULT_INPUT_LIMITS, sourcePixels, sourceFrames });

    expect([source.frames, source.notes]).toEqual([sourceFrames, []]);
  });

  it.each<[FixtureName, object, string]>([
    ["gif-animated", { sourceFrames: 2 }, "Only the first of 3 frames was read, since the limit is 2 frames."],
    ["webp-animated", { sourceFrames: 2 }, "Only the first of 3 frames was read, since the limit is 2 frames."],
    [
      "gif-animated",
      { sourcePixels: 3 * 96 * 64 - 1 },
      "Only the first of 3 frames was read, since together they exceed 18431 pixels.",
    ],
    [
      "webp-animated",
      { sourcePixels: 96 * 64 },
      "Only the first of 3 frames was read, since together they exceed 6144 pixels.",
    ],
  ])("is only the first frame of an animation beyond its limits, with a note: %s, %j", async (name, limits, note) => {
    const source = await openSource(await fixture(name), { ...DEFAULT_INPUT_LIMITS, ...limits });
    const { info } = await source.image().raw().toBuffer({ resolveWithObject: true });

    expect([source.frames, source.delays, source.notes, info.width, info.height]).toEqual([1, [], [note], 96, 64]);
  });

  it("has no more frames as palette indexes than its limit", async () => {
    const source = await openSource(await fixture("gif-animated"), { ...DEFAULT_INPUT_LIMITS, sourceFrames: 2 });

    const turned = await openSource(source.gif().turn("clockwise"));

    expect([turned.frames, turned.width, turned.height]).toEqual([1, 64, 96]);
  });
});

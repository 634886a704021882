import { describe, expect, it } from "vitest";
import { DEFAULT_INPUT_LIMITS } from "../../runtime/settings.ts";
import { openSource } from "../../runtime/source.ts";
import { FIXTURES, fixture } from "../support/fixtures.ts";
import { largestDifference } from "../support/pixels.ts";
import { decodePicture } from "../support/run.ts";

describe("an image from encoded bytes", () => {
  it.each(["png-alpha", "gif-animated", "webp-animated"] as const)("has every pixel and frame of %s", async (name) => {
    const source = await openSource(await fixture("jpeg"));
    const { width, height, frames } = FIXTURES[name];

    const { data, info } = await source
      .fromEncoded(await fixture(name))
      .ensureAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });

    const decoded = await decodePicture(await fixture(name));
    expect([info.width, info.height]).toEqual([width, height * frames]);
    expect(largestDifference({ ...decoded, pixels: data }, decoded)).toBe(0);
  });

  it("keeps no metadata", async () => {
    const source = await openSource(await fixture("png"));

    const body = await source
      .fromEncoded(await fixture("jpeg-gps"))
      .png()
      .toBuffer();

    expect((await decodePicture(body)).privateBlocks).toEqual([]);
  });

  it("is held to the limits of sources", async () => {
    const source = await openSource(await fixture("png-1x1"), { ...DEFAULT_INPUT_LIMITS, sourcePixels: 100 });

    await expect(
      source
        .fromEncoded(await fixture("png"))
        .raw()
        .toBuffer(),
    ).rejects.toThrow("pixel limit");
  });

  it("fails on bytes that do not decode", async () => {
    const source = await openSource(await fixture("png"));
    const bytes = await fixture("jpeg");

    await expect(
      source
        .fromEncoded(bytes.subarray(0, bytes.length / 2))
        .raw()
        .toBuffer(),
    ).rejects.toThrow();
  });
});

import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { openSource } from "../../runtime/source.ts";
import { decodeImage } from "../support/decoded-image.ts";
import {
  CORNERS,
  cornersOf,
  drawScene,
  type FixtureName,
  fixture,
  fixturesWith,
  PRIVATE_TEXT,
} from "../support/fixtures.ts";

const ANIMATED: FixtureName[] = ["gif-animated", "webp-animated"];

/** How far a decoded source is from the scene as it was drawn, as the mean over all levels. */
async function distanceFromScene(name: FixtureName): Promise<number> {
  const source = await openSource(await fixture(name));
  const decoded = await source.image().removeAlpha().raw().toBuffer();
  const drawn = drawScene().data;
  expect(decoded.length).toBe(drawn.length);
  return drawn.reduce((sum, level, index) => sum + Math.abs(level - (decoded[index] ?? 0)), 0) / drawn.length;
}

describe("a source's image", () => {
  it.each(fixturesWith("oriented"))("shows every pixel of %s where a viewer sees it", async (name) => {
    expect(await distanceFromScene(name)).toBeLessThan(3);
  });

  it.each(fixturesWith("oriented"))("needs no turn by its viewer any more, made of %s", async (name) => {
    const source = await openSource(await fixture(name));

    const body = await source.image("image/png").toBuffer();
    const { orientation, width, height } = await sharp(body).metadata();

    expect([orientation, width, height, await cornersOf(body)]).toEqual([undefined, 96, 64, CORNERS]);
  });

  it.each(fixturesWith("wide-gamut"))("has the colours of %s in sRGB, without a profile", async (name) => {
    const source = await openSource(await fixture(name));

    const { icc, space } = await sharp(await source.image().toBuffer()).metadata();
    const distance = await distanceFromScene(name);

    // Read as if they were sRGB, the numbers of Display P3 are more than 10 away.
    expect([icc, space, distance < 4]).toEqual([undefined, "srgb", true]);
  });

  it.each<FixtureName>(["png-16-bit", "jpeg-grey", "png-grey"])(
    "has 8 bits in each sRGB channel of %s",
    async (name) => {
      const source = await openSource(await fixture(name));

      const { info } = await source.image().toColourspace("srgb").raw().toBuffer({ resolveWithObject: true });

      expect([info.width, info.height, info.size]).toEqual([96, 64, 96 * 64 * info.channels]);
    },
  );

  it("has the colours of a CMYK photo in sRGB", async () => {
    const source = await openSource(await fixture("jpeg-cmyk"));

    const body = await source.image().toBuffer();

    expect([(await sharp(body).metadata()).space, await cornersOf(body)]).toEqual(["srgb", CORNERS]);
  });

  it.each(fixturesWith("private"))("carries none of the private metadata of %s", async (name) => {
    const source = await openSource(await fixture(name));

    const body = await source.image().toBuffer();

    expect([(await decodeImage(body)).privateBlocks, body.includes(PRIVATE_TEXT)]).toEqual([[], false]);
  });

  it.each(ANIMATED.flatMap((name) => [[name, "image/gif"] as const, [name, "image/webp"] as const]))(
    "keeps the frames, delays and loop of %s as %s",
    async (name, to) => {
      const source = await openSource(await fixture(name));

      const { pages, delay, loop, width, pageHeight } = await sharp(await source.image(to).toBuffer(), {
        pages: -1,
      }).metadata();

      expect({ pages, delay, loop, width, pageHeight }).toEqual({
        pages: 3,
        delay: [70, 120, 310],
        loop: 3,
        width: 96,
        pageHeight: 64,
      });
    },
  );

  it.each(ANIMATED)("shows the first frame of %s in a format that can't move", async (name) => {
    const source = await openSource(await fixture(name));

    const body = await source.image("image/jpeg").toBuffer();
    const { width, height } = await sharp(body).metadata();

    expect([width, height, await cornersOf(body)]).toEqual([96, 64, CORNERS]);
  });

  it("shows the first page of a document", async () => {
    const source = await openSource(await fixture("tiff-pages"));

    const { data } = await source.image().raw().toBuffer({ resolveWithObject: true });

    expect(data.equals(drawScene({}, 0).data)).toBe(true);
  });

  it("is a fresh decoder each time", async () => {
    const source = await openSource(await fixture("png"));

    const small = await source.image().resize(8).toBuffer();
    const whole = await source.image().toBuffer();

    expect([(await sharp(small).metadata()).width, (await sharp(whole).metadata()).width]).toEqual([8, 96]);
  });

  it("is encoded as the source unless another type is named", async () => {
    const source = await openSource(await fixture("png"));

    const formats = [await source.image().toBuffer(), await source.image("image/avif").toBuffer()].map((body) =>
      sharp(body).metadata(),
    );

    expect((await Promise.all(formats)).map(({ mediaType }) => mediaType)).toEqual(["image/png", "image/avif"]);
  });

  it.each<FixtureName>(["jpeg-truncated", "png-truncated", "avif-truncated", "jpeg-corrupt-header"])(
    "fails for %s instead of showing a part",
    async (name) => {
      const source = await openSource(await fixture(name));

      await expect(source.image().toBuffer()).rejects.toThrow();
    },
  );
});

import { describe, expect, it } from "vitest";
import { readOptions } from "../../runtime/options.ts";
import { openSource } from "../../runtime/source.ts";
import responsive from "../../transforms/responsive.ts";
import { collectOutputs } from "../support/collect-outputs.ts";
import { CORNERS, cornersOf, drawScene, encoder, FIXTURES, type FixtureName, fixture } from "../support/fixtures.ts";
import { drawPixels } from "../support/pixels.ts";
import { outlineOf, outputsOf, picturesOf } from "../support/run.ts";

const FORMATS = ["jpeg", "png", "webp", "gif", "avif", "tiff"] as const satisfies FixtureName[];

describe("responsive", () => {
  it("declares a variant for each width and format, by names that a page can compute", () => {
    const variants = responsive.variants(readOptions(responsive.options, undefined, "responsive"));

    expect(variants).toEqual(
      [320, 640, 1024, 1600, 2048].flatMap((width) => [
        { name: `avif-${width}`, format: "image/avif" },
        { name: `webp-${width}`, format: "image/webp" },
      ]),
    );
  });

  it("yields each width as wide as it says, in the source's shape", async () => {
    const source = await encoder(drawScene({ width: 300, height: 200 }))
      .png()
      .toBuffer();

    const pictures = await picturesOf(responsive, source, { widths: [30, 150, 240] });

    expect([...pictures].map(([name, { width, height, mediaType }]) => [name, width, height, mediaType])).toEqual([
      ["avif-30", 30, 20, "image/avif"],
      ["webp-30", 30, 20, "image/webp"],
      ["avif-150", 150, 100, "image/avif"],
      ["webp-150", 150, 100, "image/webp"],
      ["avif-240", 240, 160, "image/avif"],
      ["webp-240", 240, 160, "image/webp"],
    ]);
  });

  it("never enlarges: widths beyond the source's are its own, and the same bytes", async () => {
    const options = { widths: [48, 96, 97, 2048], formats: ["webp"] };

    const pictures = await picturesOf(responsive, await fixture("jpeg"), options);
    const source = await openSource(await fixture("jpeg"));
    const made = await collectOutputs(responsive, source, { options: readOptions(responsive.options, options, "r") });

    const widths = [...pictures].map(([name, { width }]) => [name, width]);
    expect(Object.fromEntries(widths)).toEqual({ "webp-48": 48, "webp-96": 96, "webp-97": 96, "webp-2048": 96 });
    // Not even made again.
    expect(made[3]?.body).toBe(made[1]?.body);
    expect(made[2]?.body).toBe(made[1]?.body);
  });

  it.each(FORMATS)("adds a fallback in the format of %s if asked to", async (name) => {
    const { mediaType } = FIXTURES[name];

    const outputs = await outputsOf(responsive, await fixture(name), { widths: [64], formats: ["webp", "source"] });
    const pictures = await picturesOf(responsive, await fixture(name), { widths: [64], formats: ["webp", "source"] });

    const types = [...pictures].map(([variant, picture]) => [variant, picture.mediaType]);
    expect(types).toEqual([
      ["webp-64", "image/webp"],
      ["source-64", mediaType],
    ]);
    for (const output of outputs.values()) expect(await cornersOf(output)).toEqual(CORNERS);
  });

  it.each(["gif-animated", "webp-animated"] as const)(
    "shows %s as an animation, but in AVIF its first frame",
    async (name) => {
      const { frames, delays, loop } = FIXTURES[name];
      const options = { widths: [48], formats: ["avif", "webp", "source"] };

      const pictures = [...(await picturesOf(responsive, await fixture(name), options)).values()];

      const size = { width: 48, height: 32 };
      expect(pictures.map(outlineOf)).toMatchObject([
        { mediaType: "image/avif", ...size, frames: 1 },
        { mediaType: "image/webp", ...size, frames, delays, loop },
        { mediaType: FIXTURES[name].mediaType, ...size, frames, delays, loop },
      ]);
      expect(
        await cornersOf((await outputsOf(responsive, await fixture(name), options)).get("avif-48") ?? Buffer.alloc(0)),
      ).toEqual(CORNERS);
    },
  );

  it.each(["png-alpha", "webp-alpha", "tiff-alpha"] as const)("keeps the transparency of %s", async (name) => {
    const pictures = await picturesOf(responsive, await fixture(name), { widths: [48], formats: ["avif", "webp"] });

    for (const { pixels } of pictures.values()) {
      expect(pixels.some((level, at) => at % 4 === 3 && level < 10)).toBe(true);
      expect(pixels.some((level, at) => at % 4 === 3 && level > 245)).toBe(true);
    }
  });

  it("narrows what is taller than the formats can express", async () => {
    const tall = drawPixels({ width: 4, height: 20_000, channels: 3 }, (x, y) => [x * 60, y % 256, 9]);

    const pictures = await picturesOf(responsive, await encoder(tall).png().toBuffer(), { widths: [4] });

    const sizes = [...pictures.values()].map(({ width, height }) => [width, height]);
    expect(sizes).toEqual([
      [3, 16_383],
      [3, 16_383],
    ]);
  });

  it.each([
    ["avif", "avifQuality"],
    ["webp", "webpQuality"],
    ["source", "jpegQuality"],
  ])("makes %s smaller by a lower %s, and nothing else", async (format, option) => {
    const source = await fixture("jpeg");
    const made = (quality: number) =>
      outputsOf(responsive, source, { widths: [96], formats: ["avif", "webp", "source"], [option]: quality });

    const [low, high] = [await made(20), await made(95)];

    const changed = [...low].filter(([name, body]) => !high.get(name)?.equals(body));
    expect(changed.map(([name]) => name)).toEqual([`${format}-96`]);
    expect(low.get(`${format}-96`)?.length).toBeLessThan(high.get(`${format}-96`)?.length ?? 0);
  });

  it.each([
    { options: { widths: [] }, error: "Expected a list of 1 to 12 different items" },
    { options: { widths: [640, 0] }, error: "Expected an integer from 1 to 8192 for responsive.widths.1, received 0." },
    {
      options: { formats: ["jxl"] },
      error: 'Expected one of avif, webp, source for responsive.formats.0, received "jxl".',
    },
    { options: { avifQuality: 0 }, error: "Expected an integer from 1 to 100 for responsive.avifQuality, received 0." },
  ])("refuses $options", ({ options, error }) => {
    expect(() => readOptions(responsive.options, options, "responsive")).toThrow(error);
  });
});

import { describe, expect, it } from "vitest";
import pixelate from "../../transforms/pixelate.ts";
import { cellsOf } from "../support/cells.ts";
import { encoder, fixture, fixturesWith } from "../support/fixtures.ts";
import { distance, drawPixels, largestDifference, meanOf, paint, pixelAt } from "../support/pixels.ts";
import { decodePicture, picturesOf } from "../support/run.ts";

describe("the colour of a cell", () => {
  it.each([
    { width: 301, height: 207, channels: 3 },
    { width: 50, height: 70, channels: 3 },
    { width: 193, height: 192, channels: 4 },
  ] as const)(
    "is the mean of what the cell covers of $width x $height pixels with $channels channels",
    async (size) => {
      const slopes = drawPixels(size, (column, row) => {
        const [x, y] = [column / size.width, row / size.height];
        return [40 + 180 * x, 200 - 120 * y, 128 + 80 * Math.sin(3 * x + 2 * y), 255 - 100 * y];
      });
      const source = await encoder(slopes).png().toBuffer();
      const seen = await decodePicture(source);

      const pictures = await picturesOf(pixelate, source);

      const offMean = [...pictures].flatMap(([variant, picture]) =>
        cellsOf(seen, Number.parseInt(variant, 10)).map((cell) =>
          distance(pixelAt(picture, cell.left, cell.top), meanOf(seen, cell)),
        ),
      );
      expect(Math.max(...offMean)).toBeLessThan(5);
    },
  );

  it.each([
    { format: "png", encoding: {}, atMost: 0 },
    { format: "tiff", encoding: { compression: "deflate" }, atMost: 0 },
    { format: "webp", encoding: { lossless: true, exact: true }, atMost: 25 },
  ] as const)("takes nothing from what is transparent in a $format", async ({ format, encoding, atMost }) => {
    const stripes = drawPixels({ width: 90, height: 60, channels: 4 }, (x, y) =>
      (x + y) % 7 < 3 ? [0, 255, 0, 0] : [200, 0, 0, 255],
    );
    const source = await encoder(stripes).toFormat(format, encoding).toBuffer();

    const pictures = await picturesOf(pixelate, source);

    const greens = [...pictures.values()].map(({ pixels }) =>
      pixels.reduce((most, level, at) => (at % 4 === 1 && (pixels[at + 2] ?? 0) > 8 ? Math.max(most, level) : most), 0),
    );
    expect(Math.max(...greens)).toBeLessThanOrEqual(atMost);
  });

  it.each(["gif", "webp"] as const)("takes nothing from the other frames of a %s", async (format) => {
    const colours = [
      [240, 10, 20],
      [10, 220, 30],
      [30, 20, 250],
    ] as const;
    const size = { width: 300, height: 301, channels: 3, frames: 3 } as const;
    const plainFrames = drawPixels(size, (_x, _y, frame) => colours[frame] ?? []);
    const source = await encoder(plainFrames).toFormat(format).toBuffer();

    const pictures = await picturesOf(pixelate, source);

    for (const picture of pictures.values()) {
      const plain = paint(picture, (_x, _y, frame) => [...(colours[frame] ?? []), 255]);
      expect(largestDifference(picture, plain)).toBeLessThan(format === "webp" ? 8 : 1);
    }
  });

  it.each(fixturesWith("grey"))("stays grey in %s", async (name) => {
    const pictures = await picturesOf(pixelate, await fixture(name));

    for (const picture of pictures.values()) {
      const grey = paint(picture, (x, y) => [...new Array(3).fill(pixelAt(picture, x, y)[0]), 255]);
      expect(largestDifference(picture, grey)).toBeLessThan(2);
    }
  });
});

import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { renderSheet, type Shown } from "../../../infra/local/sheet.ts";
import { type FixtureName, fixture } from "../../support/fixtures.ts";
import { readLines } from "./sheet/read-text.ts";

/** Where the cells of the first row begin, and where their text begins below a picture of the scene's shape. */
const CELLS = [24, 336, 648, 960];
const TEXT = 24 + 192 + 10;

describe("a contact sheet", () => {
  it("has the source and its outputs side by side, with their sizes and times", async () => {
    const source = await shown("jpeg", ["photo.jpg"]);
    const outputs = [
      await shown("png", ["rotate", "clockwise"], 41),
      await shown("gif-animated", ["pixelate", "8x8"], 120),
    ];

    const sheet = await renderSheet([{ source, outputs }]);

    const { width, height, format } = await sharp(sheet).metadata();
    expect({ width, height, format }).toEqual({ width: 960, height: 338, format: "png" });
    expect(await readLines(sheet, 24, TEXT)).toEqual(["photo.jpg", "96 x 64 jpeg", inThousands(source)]);
    expect(await readLines(sheet, 336, TEXT)).toEqual([
      "rotate",
      "clockwise",
      "96 x 64 png",
      `${inThousands(outputs[0])}  41 ms`,
    ]);
    expect(await readLines(sheet, 648, TEXT)).toEqual([
      "pixelate",
      "8x8",
      "96 x 64 gif  3 frames",
      `${inThousands(outputs[1])}  120 ms`,
    ]);
    expect(await coloursAt(sheet, CELLS.slice(0, 3))).toEqual(["red", "red", "red"]);
  });

  it("shows documents as text", async () => {
    const body = Buffer.from(JSON.stringify({ width: 1200, preview: "data:image/webp;base64,UklGR" }));

    const sheet = await renderSheet([
      { source: await shown("jpeg", ["photo.jpg"]), outputs: [{ title: ["placeholder", "data"], body, ms: 3 }] },
    ]);

    expect(await readLines(sheet, 336, 24)).toEqual([
      "placeholder",
      "data",
      "55 bytes  3 ms",
      "{",
      ' "width": 1200,',
      ' "preview": "data:i..."',
      "}",
    ]);
  });

  it("breaks the lines of other texts, and shows the first of them", async () => {
    const body = Buffer.from("twenty-four letters each ".repeat(40));

    const sheet = await renderSheet([
      { source: await shown("jpeg", ["photo.jpg"]), outputs: [{ title: ["text"], body }] },
    ]);

    const lines = await readLines(sheet, 336, 24);
    expect(lines).toHaveLength(16);
    expect([lines[2], lines.at(-1)]).toEqual(["twenty-four letters each", "..."]);
  });

  it("says of a source that does not decode what is wrong with it", async () => {
    const sheet = await renderSheet([{ source: await shown("jpeg-truncated", ["cut.jpg"]), outputs: [] }]);

    expect((await readLines(sheet, 24, 24)).slice(2).join("")).toContain("premature end");
  });

  it("begins a row with each source, and another after four pictures", async () => {
    const source = await shown("png", ["a.png"]);
    const outputs = Array.from({ length: 4 }, (_, index) => ({ ...source, title: [`${index}`] }));

    const sheet = await renderSheet([
      { source, outputs },
      { source: { ...source, title: ["b.png"] }, outputs: [] },
    ]);

    const row = TEXT + 3 * 22;
    expect((await sharp(sheet).metadata()).width).toBe(CELLS.length * 312 + 24);
    expect((await readLines(sheet, 960, TEXT))[0]).toBe("2");
    expect((await readLines(sheet, 24, row + TEXT))[0]).toBe("3");
    expect((await readLines(sheet, 24, 2 * row + TEXT))[0]).toBe("b.png");
  });

  it("shortens what is too long, and marks letters that the font lacks", async () => {
    const sheet = await renderSheet([
      { source: await shown("png", ["my holiday in Łódź in winter.png"]), outputs: [] },
    ]);

    expect((await readLines(sheet, 24, TEXT))[0]).toBe("my holiday in ??d? in...");
  });

  it("shows checks through what is transparent", async () => {
    const sheet = await renderSheet([{ source: await shown("png-alpha", ["hole.png"]), outputs: [] }]);

    const { data } = await sharp(sheet)
      .extract({ left: 24 + 90, top: 24 + 70, width: 32, height: 32 })
      .raw()
      .toBuffer({ resolveWithObject: true });

    expect([...new Set(data)].sort()).toEqual([225, 250]);
  });
});

async function shown(name: FixtureName, title: readonly string[], ms?: number): Promise<Shown> {
  return { title, body: await fixture(name), ms };
}

function inThousands(shown: Shown | undefined): string {
  return `${((shown?.body.length ?? 0) / 1000).toFixed(1)} kB`;
}

/** Which corner of the scene begins at these columns of the first row. */
async function coloursAt(sheet: Uint8Array, columns: readonly number[]): Promise<string[]> {
  const { data, info } = await sharp(sheet).raw().toBuffer({ resolveWithObject: true });
  return columns.map((x) => {
    const start = info.channels * (30 * info.width + x + 6);
    const [red = 0, green = 0, blue = 0] = data.subarray(start, start + 3);
    return red > 200 && green < 60 && blue < 60 ? "red" : "another";
  });
}

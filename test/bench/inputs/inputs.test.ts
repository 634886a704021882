import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { INPUTS, type InputName } from "./inputs.ts";

/** Those that are quickly drawn: the others differ from them in size alone. */
const SHAPES: Partial<Record<InputName, object>> = {
  "tiny.jpg": { format: "jpeg", width: 96, height: 80, channels: 3, hasProfile: false },
  "tiny.png": { format: "png", width: 96, height: 80, channels: 3, hasProfile: false },
  "tiny.gif": { format: "gif", width: 24, height: 17, channels: 4, hasProfile: false, frames: 3 },
  "small-srgb.jpg": { format: "jpeg", width: 320, height: 240, channels: 3, hasProfile: true },
  "1mp.webp": { format: "webp", width: 1155, height: 866, channels: 3, hasProfile: false },
};

describe("the pictures of a benchmark", () => {
  it.each(Object.entries(SHAPES))("have their size and format: %s", async (name, shape) => {
    const { format, width, height, channels, icc, pages } = await sharp(await INPUTS[name as InputName]()).metadata();

    const found = { format, width, height, channels, hasProfile: icc !== undefined, ...(pages && { frames: pages }) };
    expect(found).toEqual(shape);
  });

  it("come again with the same bytes", async () => {
    const [one, other] = [await INPUTS["tiny.png"](), await INPUTS["tiny.png"]()];

    expect(one.equals(other)).toBe(true);
  });

  it("are as large as a camera's", async () => {
    const bytes = (await INPUTS["6mp.jpg"]()).length;

    expect(bytes).toBeGreaterThan(700_000);
    expect(bytes).toBeLessThan(1_500_000);
  });
});

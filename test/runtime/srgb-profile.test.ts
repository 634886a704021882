import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { openSource } from "../../runtime/source.ts";
import { isSrgbProfile } from "../../runtime/srgb-profile.ts";
import { iccProfile, SRGB_PRIMARIES, srgbCurve } from "../support/icc-profile.ts";

const DISPLAY_P3 = [
  [0.51512, 0.24119, -0.00105],
  [0.29198, 0.69225, 0.04189],
  [0.1571, 0.06657, 0.78407],
] as const;

async function embedded(name: "srgb" | "p3"): Promise<{ image: Buffer; icc: Buffer }> {
  const create = { width: 8, height: 8, channels: 3, background: { r: 30, g: 160, b: 90 } } as const;
  const image = await sharp({ create }).withIccProfile(name).png().toBuffer();
  const { icc } = await sharp(image).metadata();
  if (!icc) throw new Error("Expected a profile.");
  return { image, icc };
}

describe("a colour profile", () => {
  it("is sRGB by a formula or by a table", async () => {
    expect([isSrgbProfile((await embedded("srgb")).icc), isSrgbProfile(iccProfile(SRGB_PRIMARIES, srgbCurve))]).toEqual(
      [true, true],
    );
  });

  it.each<[string, Buffer]>([
    ["other primaries", iccProfile(DISPLAY_P3, srgbCurve)],
    ["light in proportion to its numbers", iccProfile(SRGB_PRIMARIES, (level) => level)],
    ["a plain power", iccProfile(SRGB_PRIMARIES, (level) => level ** 2.2)],
    [
      "the curve of television",
      iccProfile(SRGB_PRIMARIES, (level) => (level < 0.081 ? level / 4.5 : ((level + 0.099) / 1.099) ** (1 / 0.45))),
    ],
    ["another model of colours", iccProfile(SRGB_PRIMARIES, srgbCurve, "CMYK")],
    ["an early end", iccProfile(SRGB_PRIMARIES, srgbCurve).subarray(0, 400)],
    ["nothing in it", Buffer.alloc(0)],
    ["sRGB in its name alone", Buffer.concat([iccProfile(DISPLAY_P3, srgbCurve), Buffer.from("sRGB IEC61966-2.1")])],
  ])("of %s is another", (_, icc) => {
    expect(isSrgbProfile(icc)).toBe(false);
  });

  it("is another if it is Display P3, as phones write it", async () => {
    expect(isSrgbProfile((await embedded("p3")).icc)).toBe(false);
  });

  it.each(["srgb", "p3"] as const)("of %s leaves the colours that a converting decoder makes", async (name) => {
    const { image } = await embedded(name);
    const source = await openSource(image);

    const ours = await source.image("image/png").raw().toBuffer();

    expect(ours.equals(await sharp(image).toColourspace("srgb").raw().toBuffer())).toBe(true);
  });
});

import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { openSource } from "../../runtime/source.ts";
import { isSrgbProfile } from "../../runtime/srgb-profile.ts";

type Curve = (level: number) => number;

const SRGB = [
  [0.43607, 0.22249, 0.01392],
  [0.38515, 0.71687, 0.09708],
  [0.14307, 0.06061, 0.7141],
];
const DISPLAY_P3 = [
  [0.51512, 0.24119, -0.00105],
  [0.29198, 0.69225, 0.04189],
  [0.1571, 0.06657, 0.78407],
];
const srgb: Curve = (level) => (level <= 0.04045 ? level / 12.92 : ((level + 0.055) / 1.055) ** 2.4);

/** A profile as older cameras embed it, with tables of 1,024 values. */
function profile(primaries: readonly (readonly number[])[], curve: Curve, space = "RGB "): Buffer {
  const xyz = primaries.map((values) => Buffer.concat([Buffer.from("XYZ \0\0\0\0"), ...values.map(fixed)]));
  const table = Buffer.alloc(12 + 2 * 1024);
  table.write("curv");
  table.writeUInt32BE(1024, 8);
  for (let index = 0; index < 1024; index++)
    table.writeUInt16BE(Math.round(65_535 * curve(index / 1023)), 12 + 2 * index);
  const [red, green, blue] = xyz as [Buffer, Buffer, Buffer];
  const tags: [string, Buffer][] = [
    ["rXYZ", red],
    ["gXYZ", green],
    ["bXYZ", blue],
    ["rTRC", table],
    ["gTRC", table],
    ["bTRC", table],
  ];
  const head = Buffer.alloc(132 + 12 * tags.length);
  head.write(space, 16);
  head.writeUInt32BE(tags.length, 128);
  let offset = head.length;
  tags.forEach(([name, data], index) => {
    head.write(name, 132 + 12 * index);
    head.writeUInt32BE(offset, 136 + 12 * index);
    head.writeUInt32BE(data.length, 140 + 12 * index);
    offset += data.length;
  });
  return Buffer.concat([head, ...tags.map(([, data]) => data)]);
}

function fixed(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(Math.round(value * 65_536));
  return bytes;
}

async function embedded(name: "srgb" | "p3"): Promise<{ image: Buffer; icc: Buffer }> {
  const create = { width: 8, height: 8, channels: 3, background: { r: 30, g: 160, b: 90 } } as const;
  const image = await sharp({ create }).withIccProfile(name).png().toBuffer();
  const { icc } = await sharp(image).metadata();
  if (!icc) throw new Error("Expected a profile.");
  return { image, icc };
}

describe("a colour profile", () => {
  it("is sRGB by a formula or by a table", async () => {
    expect([isSrgbProfile((await embedded("srgb")).icc), isSrgbProfile(profile(SRGB, srgb))]).toEqual([true, true]);
  });

  it.each<[string, Buffer]>([
    ["other primaries", profile(DISPLAY_P3, srgb)],
    ["light in proportion to its numbers", profile(SRGB, (level) => level)],
    ["a plain power", profile(SRGB, (level) => level ** 2.2)],
    [
      "the curve of television",
      profile(SRGB, (level) => (level < 0.081 ? level / 4.5 : ((level + 0.099) / 1.099) ** (1 / 0.45))),
    ],
    ["another model of colours", profile(SRGB, srgb, "CMYK")],
    ["an early end", profile(SRGB, srgb).subarray(0, 400)],
    ["nothing in it", Buffer.alloc(0)],
    ["sRGB in its name alone", Buffer.concat([profile(DISPLAY_P3, srgb), Buffer.from("sRGB IEC61966-2.1")])],
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

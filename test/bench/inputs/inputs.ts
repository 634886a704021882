import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { withJpegSegment } from "../../support/fixtures/inserted-blocks.ts";
import { iccProfile, SRGB_PRIMARIES, srgbCurve } from "../../support/icc-profile.ts";
import { drawIllustration } from "./illustration.ts";
import { drawPhoto, type PhotoSize } from "./photo.ts";

/** The pictures that jobs work on, and how each is made. */
export const INPUTS = {
  "6mp.jpg": jpeg({ width: 2725, height: 2225 }),
  "24mp.jpg": jpeg({ width: 6000, height: 4000 }),
  "100mp.jpg": jpeg({ width: 12_240, height: 8160 }),
  "small-srgb.jpg": async () => withSrgbProfile(await jpeg({ width: 320, height: 240 })()),
  "1mp.png": async () => (await drawPhoto({ width: 1000, height: 1000 })).png().toBuffer(),
  "rgba.png": async () => (await drawIllustration({ width: 2048, height: 1536 })).png().toBuffer(),
  "rgba-photo.png": cutOut({ width: 2048, height: 1536 }),
  // Filtered as editors do: without it the file is much larger, and it is held as a whole.
  "100mp.png": async () =>
    (await drawPhoto({ width: 12_240, height: 8160 })).png({ adaptiveFiltering: true }).toBuffer(),
  "1mp.webp": async () => (await drawPhoto({ width: 1155, height: 866 })).webp({ quality: 80 }).toBuffer(),
  "photo.gif": async () => (await drawPhoto({ width: 800, height: 650 })).gif().toBuffer(),
  "animated.gif": () => animatedGif({ width: 320, height: 201 }, 12),
  "tiny.jpg": jpeg({ width: 96, height: 80 }),
  "tiny.png": async () => (await drawPhoto({ width: 96, height: 80 })).png().toBuffer(),
  "tiny.gif": () => animatedGif({ width: 24, height: 17 }, 3),
} as const satisfies Record<string, () => Promise<Buffer>>;

export type InputName = keyof typeof INPUTS;

/** Draws inputs into a folder, each once. Answers where one lies. */
export async function drawInputs(folder: string, names: Iterable<InputName>): Promise<(name: InputName) => string> {
  await mkdir(folder, { recursive: true });
  // One after the other: the largest takes 300 MB before it is compressed.
  for (const name of new Set(names)) await writeFile(join(folder, name), await INPUTS[name]());
  return (name) => join(folder, name);
}

function jpeg(size: PhotoSize): () => Promise<Buffer> {
  return async () => (await drawPhoto(size)).jpeg({ quality: 85, mozjpeg: false }).toBuffer();
}

/** A JPEG with the profile that cameras and editors embed, in the only segment of one (ICC.1:2022, B.4). */
function withSrgbProfile(bytes: Buffer): Buffer {
  const profile = iccProfile(SRGB_PRIMARIES, srgbCurve);
  return withJpegSegment(bytes, 0xe2, Buffer.concat([Buffer.from("ICC_PROFILE\0\x01\x01", "latin1"), profile]));
}

/** A photo cut out: clear around, opaque in the middle, with a soft edge. */
function cutOut({ width, height }: PhotoSize): () => Promise<Buffer> {
  return async () => {
    const mask = Buffer.from(
      `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><radialGradient id="a"><stop offset="0.85" stop-color="#fff"/><stop offset="1" stop-color="#000"/></radialGradient><rect width="100%" height="100%" fill="#000"/><ellipse cx="50%" cy="50%" rx="46%" ry="46%" fill="url(#a)"/></svg>`,
    );
    const opacity = await sharp(mask).extractChannel(0).raw().toBuffer();
    const photo = await (await drawPhoto({ width, height })).raw().toBuffer();
    const pixels = Buffer.alloc(width * height * 4);
    for (let pixel = 0; pixel < width * height; pixel++) {
      const alpha = opacity[pixel] ?? 0;
      // What can't be seen has no colour: files from real tools are like that.
      if (alpha > 0) photo.copy(pixels, pixel * 4, pixel * 3, pixel * 3 + 3);
      pixels[pixel * 4 + 3] = alpha;
    }
    return sharp(pixels, { raw: { width, height, channels: 4 } })
      .png()
      .toBuffer();
  };
}

async function animatedGif(size: PhotoSize, frames: number): Promise<Buffer> {
  const drawn: Buffer[] = [];
  for (let frame = 0; frame < frames; frame++) {
    const photo = await drawPhoto(size, 1, frame / frames / 4);
    drawn.push(await photo.raw().toBuffer());
  }
  const raw = { width: size.width, height: size.height * frames, channels: 3, pageHeight: size.height } as const;
  return sharp(Buffer.concat(drawn), { raw })
    .gif({ delay: drawn.map(() => 80), loop: 0 })
    .toBuffer();
}

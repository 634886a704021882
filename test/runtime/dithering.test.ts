import { setImmediate } from "node:timers/promises";
import sharp, { type Sharp } from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import { openSource } from "../../runtime/source.ts";

const [WIDTH, HEIGHT] = [300, 200];
const RAW = { width: WIDTH, height: HEIGHT, channels: 3 } as const;

let pixels: Buffer;
let gif: Buffer;
beforeAll(async () => {
  // More colours than a palette has, so that there is something to dither.
  pixels = Buffer.from(Array.from({ length: 3 * WIDTH * HEIGHT }, (_, at) => (at * 7 + Math.floor(at / 900)) % 256));
  gif = await sharp(pixels, { raw: RAW }).gif({ dither: 0 }).toBuffer();
});

/** The most encodings that waited for a thread or had one, whichever were more, of four that were asked for at once. */
async function mostAtOnce(encoded: () => Promise<Buffer>): Promise<number> {
  let [most, isDone] = [0, false];
  const all = Promise.all(Array.from({ length: 4 }, encoded)).finally(() => {
    isDone = true;
  });
  while (!isDone) {
    const { queue, process } = sharp.counters();
    // Not their sum: what goes from one to the other while they are read would count twice.
    most = Math.max(most, queue, process);
    await setImmediate();
  }
  await all;
  return most;
}

const source = () => openSource(gif);

describe("what dithers to a palette", () => {
  it.each<[string, () => Promise<Sharp>]>([
    ["a source that is encoded anew", async () => (await source()).image()],
    ["a clone", async () => (await source()).image().clone()],
    ["pixels", async () => (await source()).fromPixels(pixels, RAW)],
    ["an encoded image", async () => (await source()).fromEncoded(gif)],
    ["another format's source that becomes a GIF", async () => (await source()).image("image/jpeg").gif()],
    ["a PNG of a palette", async () => (await source()).image("image/png").png({ palette: true })],
  ])("is encoded one at a time: %s", async (_, open) => {
    const image = await open();

    expect(await mostAtOnce(() => image.toBuffer())).toBe(1);
  });

  it.each<[string, (image: Sharp) => Sharp]>([
    ["a GIF", (image) => image.gif({ dither: 0 })],
    ["a PNG of a palette", (image) => image.png({ palette: true, dither: 0 })],
    ["a PNG", (image) => image.png()],
    ["a JPEG", (image) => image.jpeg()],
  ])("keeps nothing waiting that does not: %s", async (_, encodedAs) => {
    const image = encodedAs((await source()).image());

    expect(await mostAtOnce(() => image.toBuffer())).toBeGreaterThan(1);
  });

  it("goes on after what fails", async () => {
    const broken = (await source()).fromEncoded(gif.subarray(0, 900)).gif();
    const image = (await source()).image();

    const [first, second] = await Promise.allSettled([broken.toBuffer(), image.toBuffer()]);

    expect([first.status, second.status]).toEqual(["rejected", "fulfilled"]);
  });
});

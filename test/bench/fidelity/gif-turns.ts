import { type DecodedImage, decodeImage } from "../../support/decoded-image.ts";

/** Which pixel of a frame is seen at each place of the turned one. */
const TURNS = {
  clockwise: (x: number, y: number, { height }: DecodedImage) => ({ x: y, y: height - 1 - x }),
  counterclockwise: (x: number, y: number, { width }: DecodedImage) => ({ x: width - 1 - y, y: x }),
} as const;

export type Direction = keyof typeof TURNS;

export const DIRECTIONS = Object.keys(TURNS) as Direction[];

/** What a turned animation shows that its source does not, as sentences: every frame as a viewer composes it, and its time. */
export async function turnProblems(source: Uint8Array, turned: Uint8Array, direction: Direction): Promise<string[]> {
  const [before, after] = [await decodeImage(source), await decodeImage(turned)];
  const expected = [before.height, before.width, before.frames, before.loop, before.delays.join(" ")].join(", ");
  const received = [after.width, after.height, after.frames, after.loop, after.delays.join(" ")].join(", ");
  if (expected !== received)
    return [`Expected ${direction} with width, height, frames, loop and delays ${expected}, received ${received}.`];
  const off = pixelsOff(before, after, direction);
  return off === 0 ? [] : [`Expected ${direction} without any loss, received ${off} pixels that are not the source's.`];
}

function pixelsOff(before: DecodedImage, after: DecodedImage, direction: Direction): number {
  const levels = (image: DecodedImage) => new Uint32Array(Uint8Array.from(image.pixels).buffer);
  const [old, now] = [levels(before), levels(after)];
  const framePixels = before.width * before.height;
  let off = 0;
  for (let pixel = 0; pixel < now.length; pixel++) {
    const inFrame = pixel % framePixels;
    const from = TURNS[direction](inFrame % after.width, Math.floor(inFrame / after.width), before);
    if (now[pixel] !== old[pixel - inFrame + from.y * before.width + from.x]) off++;
  }
  return off;
}

import type { Transform } from "../../runtime/contract.ts";
import { MEDIA_TYPES } from "../../runtime/media-type.ts";
import { type DecodedImage, difference } from "../support/decoded-image.ts";
import { FIXTURES, type FixtureName, PRIVATE_TEXT, type Trait } from "../support/fixtures.ts";
import { wholeFixturesWith } from "./chosen-fixtures.ts";
import { type Observation, observe, observeAll } from "./observation.ts";
import { BrokenPromise, type Promises } from "./promise.ts";

/** How far two lossy pictures of one scene may lie apart, in mean levels of 255. */
const ALIKE = 4;

/** How far apart when the colours of one came through ink, by the profile that libvips has for files without one. */
const ALIKE_IN_PRINT = 25;

/** The largest level of what counts as black, and the opacity of what counts as transparent. */
const BLACK = 12;
const TRANSPARENT = 250;

/** The share of pixels that turn black where nobody chose a background; the scene's hole covers four times as many. */
const SHARE_OF_HOLE = 0.02;

/** Colour spaces whose numbers a browser takes for sRGB, in libvips's words; the last two have 16 bits. */
const BROWSER_SPACES = ["srgb", "b-w", "rgb16", "grey16"];

/** What a transform promises about what a viewer sees in its outputs. */
export const PICTURE_PROMISES = {
  async "drops private metadata"({ transform }) {
    for (const { of, body, image } of await picturesOf(transform, "private")) {
      const found = [...image.privateBlocks, ...(body.includes(PRIVATE_TEXT) ? ["the photographer's text"] : [])];
      if (found.length > 0)
        throw new BrokenPromise({ of, expected: "no private metadata", received: found.join(", ") });
    }
  },

  async "applies EXIF orientation"({ transform }) {
    for (const { of, image, plain } of await picturesOf(transform, "oriented")) assertAlike(of, image, plain);
  },

  async "converts colours to sRGB"({ transform }) {
    for (const { of, image, plain } of await picturesOf(transform, "wide-gamut")) {
      assertForBrowsers(of, image);
      assertAlike(of, image, plain);
    }
    if (!transform.accepts.includes("image/jpeg")) return;
    for (const { of, image, plain } of await picturesOf(transform, "cmyk")) {
      assertForBrowsers(of, image);
      assertAlike(of, image, plain, ALIKE_IN_PRINT);
    }
  },

  async "keeps transparency, or fills it on purpose"({ transform }) {
    for (const { of, image, plain, mediaType, fixture } of await picturesOf(transform, "alpha")) {
      // Its first frame is opaque, and others only let through what is below.
      if (FIXTURES[fixture].traits.includes("partial-frames")) continue;
      // The one format without transparency.
      if (mediaType === "image/jpeg") assertFilled(of, image, plain);
      else if (!image.pixels.some((level, index) => index % 4 === 3 && level < TRANSPARENT))
        throw new BrokenPromise({ of, expected: "transparent pixels, as in the source", received: "none" });
    }
  },

  async "keeps animation where it keeps the format"({ transform }) {
    for (const { of, image, fixture, mediaType } of await picturesOf(transform, "animated")) {
      if (mediaType !== FIXTURES[fixture].mediaType) continue;
      const expected = animationOf(FIXTURES[fixture]);
      const received = animationOf(image);
      if (received !== expected) throw new BrokenPromise({ of, expected, received });
    }
  },
} as const satisfies Promises;

type Picture = Observation["outputs"][number] & {
  readonly of: string;
  readonly fixture: FixtureName;
  readonly image: DecodedImage;
  /** The same variant of the same scene without the trait. */
  readonly plain: DecodedImage | undefined;
};

/** The outputs of every fixture with a trait, as far as they decode; that they do is another promise. */
async function picturesOf(transform: Transform, trait: Trait): Promise<Picture[]> {
  const observations = await observeAll(transform, wholeFixturesWith(transform, trait));
  return (await Promise.all(observations.map((observation) => decoded(transform, observation)))).flat();
}

async function decoded(transform: Transform, { fixture, outputs }: Observation): Promise<Picture[]> {
  const { mediaType } = FIXTURES[fixture];
  const plain = mediaType && (await observe(transform, MEDIA_TYPES[mediaType].format));
  return outputs.flatMap((output) => {
    if (!output.image || output.image instanceof Error) return [];
    const counterpart = plain?.outputs.find(({ variant }) => variant === output.variant)?.image;
    return {
      ...output,
      of: `${output.variant} of ${fixture}`,
      fixture,
      image: output.image,
      plain: counterpart instanceof Error ? undefined : counterpart,
    };
  });
}

function assertAlike(of: string, image: DecodedImage, plain: DecodedImage | undefined, alike = ALIKE): void {
  if (!plain) return;
  const [expected, received] = [plain, image].map(({ width, height }) => `${width} x ${height} pixels`);
  if (expected !== received) throw new BrokenPromise({ of, expected: `${expected}`, received: `${received}` });
  const levels = difference(image, plain);
  if (levels > alike) {
    throw new BrokenPromise({
      of,
      expected: "the same picture",
      received: `one that differs by ${levels.toFixed(1)} levels`,
    });
  }
}

function assertForBrowsers(of: string, { icc, space }: DecodedImage): void {
  if (!BROWSER_SPACES.includes(space)) throw new BrokenPromise({ of, expected: "sRGB", received: space });
  if (icc && !namesSrgb(icc)) throw new BrokenPromise({ of, expected: "sRGB", received: "another ICC profile" });
}

/** Encoders without transparency turn it black; that somebody chose so can't be seen, but must be said. */
function assertFilled(of: string, image: DecodedImage, plain: DecodedImage | undefined): void {
  if (!plain || shareOfBlack(image) - shareOfBlack(plain) < SHARE_OF_HOLE) return;
  throw new BrokenPromise({ of, expected: "a background where the source is transparent", received: "black" });
}

function shareOfBlack({ pixels, width, height, frames }: DecodedImage): number {
  let black = 0;
  for (let at = 0; at < pixels.length; at += 4) {
    if (pixels.subarray(at, at + 3).every((level) => level <= BLACK)) black++;
  }
  return black / (width * height * frames);
}

/** A profile's description is ASCII or big-endian UTF-16, by its version (ICC.1:2022, 10.15). */
function namesSrgb(icc: Buffer): boolean {
  return icc.includes("sRGB") || icc.includes("\0s\0R\0G\0B");
}

function animationOf({ frames, delays, loop }: { frames: number; delays: readonly number[]; loop: number }): string {
  return `${frames} frames of ${delays.join(", ") || "no"} ms with loop ${loop}`;
}

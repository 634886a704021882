import { ANIMATIONS } from "./fixtures/animations.ts";
import { BROKEN } from "./fixtures/broken.ts";
import { EXTREMES } from "./fixtures/extremes.ts";
import type { Fixture, Trait } from "./fixtures/fixture.ts";
import { PHOTOS } from "./fixtures/photos.ts";
import { STILLS } from "./fixtures/stills.ts";

export type { Fixture, Trait } from "./fixtures/fixture.ts";
export { OWNERS, PRIVATE_TEXT } from "./fixtures/photos.ts";
export {
  CORNERS,
  cornersOf,
  drawScene,
  drawTransparentScene,
  encoder,
  type Pixels,
  SCENE,
  stack,
} from "./fixtures/scene.ts";

const TABLE = { ...STILLS, ...PHOTOS, ...ANIMATIONS, ...EXTREMES, ...BROKEN } as const;

export type FixtureName = keyof typeof TABLE;

/** Every image that tests share, by name. All are drawn by the code beside; none is a file. */
export const FIXTURES: Readonly<Record<FixtureName, Fixture>> = TABLE;

export const FIXTURE_NAMES = Object.keys(FIXTURES) as readonly FixtureName[];

const made = new Map<FixtureName, Promise<Buffer>>();

/** The bytes of a fixture: made once, the same each time, and the caller's own. */
export async function fixture(name: FixtureName): Promise<Buffer> {
  const bytes = made.get(name) ?? FIXTURES[name].make();
  made.set(name, bytes);
  return Buffer.from(await bytes);
}

/** The name under which a fixture would be uploaded: `jpeg-cmyk.jpg`. */
export function fileNameOf(name: FixtureName): string {
  return `${name}.${FIXTURES[name].extension}`;
}

/** The fixtures that have every one of the traits. */
export function fixturesWith(...traits: readonly Trait[]): FixtureName[] {
  return FIXTURE_NAMES.filter((name) => traits.every((trait) => FIXTURES[name].traits.includes(trait)));
}

import type { MediaType, Transform } from "../../runtime/contract.ts";
import { FIXTURE_NAMES, FIXTURES, type FixtureName, type Trait } from "../support/fixtures.ts";
import { Inapplicable } from "./promise.ts";

/** The accepted fixtures that are whole images, of every kind and size. */
export function wholeFixtures(transform: Transform): FixtureName[] {
  return acceptedFixtures(transform).filter((name) => !FIXTURES[name].traits.includes("broken"));
}

/** The accepted whole fixtures with a trait; throws `Inapplicable` if there is none. */
export function wholeFixturesWith(transform: Transform, trait: Trait): FixtureName[] {
  const names = wholeFixtures(transform).filter((name) => FIXTURES[name].traits.includes(trait));
  if (names.length === 0) throw new Inapplicable(`No ${trait} fixture is of ${transform.accepts.join(" or ")}.`);
  return names;
}

/** The accepted fixtures with nothing special about them: a still one of each type, and animations. */
export function plainFixtures(transform: Transform): FixtureName[] {
  return wholeFixtures(transform).filter((name) => FIXTURES[name].traits.every((trait) => trait === "animated"));
}

/** Some that one upload of a batch may have beside it: plain ones, and others if too few of those are accepted. */
export function fixturesOfBatch(transform: Transform): FixtureName[] {
  const plain = plainFixtures(transform);
  const plainFirst = [...new Set([...plain, ...wholeFixtures(transform)])];
  return plainFirst.slice(0, Math.max(plain.length, 4));
}

/** Fixtures that are no whole image: damaged ones of the accepted types, and some that are no image at all. */
export function brokenFixtures(transform: Transform): FixtureName[] {
  const images = acceptedFixtures(transform).filter((name) => FIXTURES[name].traits.includes("broken"));
  return [...images, ...FIXTURE_NAMES.filter((name) => FIXTURES[name].traits.includes("no-image"))];
}

function acceptedFixtures({ accepts }: Transform): FixtureName[] {
  const accepted: readonly (MediaType | undefined)[] = accepts;
  return FIXTURE_NAMES.filter((name) => accepted.includes(FIXTURES[name].mediaType));
}

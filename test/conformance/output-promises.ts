import type { MediaType, Transform } from "../../runtime/contract.ts";
import type { ErrorCode } from "../../runtime/errors.ts";
import { FIXTURE_NAMES, FIXTURES, type FixtureName, type Trait } from "../support/fixtures.ts";
import { type Observation, observe, observeAgain } from "./observation.ts";
import { BrokenPromise, Inapplicable, type Promises } from "./promise.ts";

/** Which promise a run breaks when the host ends it with one of these; any other code breaks "takes every source …". */
const VARIANT_CODES: readonly ErrorCode[] = ["VARIANT_NOT_DECLARED", "VARIANT_REPEATED", "VARIANT_MISSING"];
const FORMAT_CODES: readonly ErrorCode[] = ["VARIANT_FORMAT_WRONG"];

/** What a transform promises about any source, whatever its outputs show. */
export const OUTPUT_PROMISES: Promises = {
  async "takes every source of the types it accepts"({ transform }) {
    for (const { fixture, failure } of await observeAll(transform, wholeFixtures(transform))) {
      if (!failure || VARIANT_CODES.includes(failure.code) || FORMAT_CODES.includes(failure.code)) continue;
      throw new BrokenPromise({ of: fixture, expected: "outputs", received: `${failure.code}: ${failure.message}` });
    }
  },

  async "yields exactly its declared variants"({ transform }) {
    for (const { fixture, failure } of await observeAll(transform, wholeFixtures(transform))) {
      if (!failure || !VARIANT_CODES.includes(failure.code)) continue;
      throw new BrokenPromise({
        of: fixture,
        expected: "each variant once",
        received: `${failure.code}: ${failure.message}`,
      });
    }
  },

  async "writes the formats it declares"({ transform }) {
    for (const { fixture, failure, outputs } of await observeAll(transform, wholeFixtures(transform))) {
      if (failure && FORMAT_CODES.includes(failure.code)) {
        throw new BrokenPromise({
          of: fixture,
          expected: "declared formats",
          received: `${failure.code}: ${failure.message}`,
        });
      }
      for (const { variant, mediaType, image } of outputs) {
        if (image instanceof Error)
          throw new BrokenPromise({
            of: `${variant} of ${fixture}`,
            expected: `bytes of ${mediaType}`,
            received: image.message,
          });
      }
    }
  },

  async "gives the same bytes twice"({ transform }) {
    const names = wholeFixtures(transform).filter((name) =>
      FIXTURES[name].traits.every((trait) => trait === "animated"),
    );
    for (const once of await observeAll(transform, names)) {
      const twice = await observeAgain(transform, once.fixture);
      const changed = once.outputs.find(({ body }, index) => !twice.outputs[index]?.body.equals(body));
      if (!changed) continue;
      throw new BrokenPromise({
        of: `${changed.variant} of ${once.fixture}`,
        expected: "the same bytes from a second run",
        received: "others",
      });
    }
  },

  async "leaves the source's bytes unchanged"({ transform }) {
    for (const { fixture, sourceUnchanged } of await observeAll(transform, wholeFixtures(transform))) {
      if (!sourceUnchanged)
        throw new BrokenPromise({ of: fixture, expected: "the same bytes after a run", received: "others" });
    }
  },

  async "fails on a broken source"({ transform }) {
    const names = acceptedFixtures(transform).filter((name) => FIXTURES[name].traits.includes("broken"));
    for (const { fixture, failure, outputs } of await observeAll(transform, names)) {
      const yielded = outputs.map(({ variant }) => variant).join(", ");
      if (yielded) throw new BrokenPromise({ of: fixture, expected: "an error before any output", received: yielded });
      if (!failure || failure.code === "TRANSFORM_TIMED_OUT")
        throw new BrokenPromise({ of: fixture, expected: "an error", received: failure ? "no end" : "none" });
    }
  },
};

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

/** One after the other, as a worker does. */
export async function observeAll(transform: Transform, names: readonly FixtureName[]): Promise<Observation[]> {
  const observations: Observation[] = [];
  for (const name of names) observations.push(await observe(transform, name));
  return observations;
}

function acceptedFixtures({ accepts }: Transform): FixtureName[] {
  const accepted: readonly (MediaType | undefined)[] = accepts;
  return FIXTURE_NAMES.filter((name) => accepted.includes(FIXTURES[name].mediaType));
}

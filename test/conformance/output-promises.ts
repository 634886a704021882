import type { ErrorCode } from "../../runtime/errors.ts";
import { brokenFixtures, fixturesOfBatch, plainFixtures, wholeFixtures } from "./chosen-fixtures.ts";
import { type ObservedOutput, observeAll, type Run, runOn, runTogether } from "./observation.ts";
import { BrokenPromise, type Promises } from "./promise.ts";

/** Which promise a run breaks when the host ends it with one of these; any other code breaks "takes every source …". */
const VARIANT_CODES: readonly ErrorCode[] = ["VARIANT_NOT_DECLARED", "VARIANT_REPEATED", "VARIANT_MISSING"];
const FORMAT_CODES: readonly ErrorCode[] = ["VARIANT_FORMAT_WRONG"];
const LIMIT_CODES: readonly ErrorCode[] = ["OUTPUT_TOO_LARGE"];
const OTHERS = [...VARIANT_CODES, ...FORMAT_CODES, ...LIMIT_CODES];

/** What an output may take: its pixels as they are, four channels of 16 bits each, and room for headers and small documents. */
const BYTES_PER_PIXEL = 8;
const BYTES_OF_HEADERS = 64 * 1024;

/** What a transform promises about the outputs of any source, whatever they show. */
export const OUTPUT_PROMISES = {
  async "takes every source of the types it accepts"({ transform }) {
    for (const run of await observeAll(transform, wholeFixtures(transform)))
      assertEnd(run, "outputs", (code) => OTHERS.includes(code));
  },

  async "yields exactly its declared variants"({ transform }) {
    for (const run of await observeAll(transform, wholeFixtures(transform)))
      assertEnd(run, "each variant once", (code) => !VARIANT_CODES.includes(code));
  },

  async "writes the formats it declares"({ transform }) {
    for (const run of await observeAll(transform, wholeFixtures(transform)))
      assertEnd(run, "declared formats", (code) => !FORMAT_CODES.includes(code));
  },

  async "writes what decodes without a warning"({ transform }) {
    for (const { fixture, outputs } of await observeAll(transform, wholeFixtures(transform))) {
      for (const { variant, mediaType, image } of outputs) {
        if (!(image instanceof Error)) continue;
        throw new BrokenPromise({
          of: `${variant} of ${fixture}`,
          expected: `bytes that decode as ${mediaType}`,
          received: image.message,
        });
      }
    }
  },

  async "keeps its outputs within the limits"({ transform }) {
    for (const run of await observeAll(transform, wholeFixtures(transform))) {
      assertEnd(run, "an output within the limits", (code) => !LIMIT_CODES.includes(code));
      for (const output of run.outputs) assertWorthItsBytes(run, output);
    }
  },

  // The queue delivers at least once: a second run must write the same again.
  async "gives the same bytes twice"({ transform }) {
    for (const once of await observeAll(transform, plainFixtures(transform)))
      assertSameBytes(once, await runOn(transform, once.fixture), "a second run");
  },

  // A function works on several uploads at once.
  async "gives the same bytes beside itself"({ transform }) {
    const fixtures = fixturesOfBatch(transform);
    const alone = await observeAll(transform, fixtures);
    const together = await runTogether(transform, fixtures);
    for (const [index, once] of alone.entries()) {
      if (!differing(once, together[index])) continue;
      // What differs from itself alone breaks another promise.
      if (differing(once, await runOn(transform, once.fixture))) continue;
      // Dithered bytes may differ now and then, see `Source.image`.
      const another = (await runTogether(transform, fixtures))[index];
      if (another) assertSameBytes(once, another, "a run beside others");
    }
  },

  async "leaves the source's bytes unchanged"({ transform }) {
    for (const { fixture, sourceUnchanged } of await observeAll(transform, wholeFixtures(transform))) {
      if (!sourceUnchanged)
        throw new BrokenPromise({ of: fixture, expected: "the same bytes after a run", received: "others" });
    }
  },

  async "fails on a broken source"({ transform }) {
    for (const { fixture, failure, outputs } of await observeAll(transform, brokenFixtures(transform))) {
      const yielded = outputs.map(({ variant }) => variant).join(", ");
      if (yielded) throw new BrokenPromise({ of: fixture, expected: "an error before any output", received: yielded });
      if (!failure || failure.code === "TRANSFORM_TIMED_OUT")
        throw new BrokenPromise({ of: fixture, expected: "an error", received: failure ? "no end" : "none" });
    }
  },
} as const satisfies Promises;

function assertEnd({ fixture, failure }: Run, expected: string, isAllowed: (code: ErrorCode) => boolean): void {
  if (!failure || isAllowed(failure.code)) return;
  throw new BrokenPromise({ of: fixture, expected, received: `${failure.code}: ${failure.message}` });
}

function assertWorthItsBytes({ fixture }: Run, { variant, body, image }: ObservedOutput): void {
  if (image instanceof Error) return;
  const pixels = image ? image.width * image.height * image.frames : 0;
  const most = pixels * BYTES_PER_PIXEL + BYTES_OF_HEADERS;
  if (body.length <= most) return;
  throw new BrokenPromise({
    of: `${variant} of ${fixture}`,
    expected: `at most ${most} bytes for ${pixels} pixels`,
    received: `${body.length} bytes`,
  });
}

function assertSameBytes(alone: Run, again: Run, from: string): void {
  const changed = differing(alone, again);
  if (!changed) return;
  throw new BrokenPromise({
    of: `${changed.variant} of ${alone.fixture}`,
    expected: `the same bytes from ${from}`,
    received: again.failure ? `${again.failure.code}: ${again.failure.message}` : "others",
  });
}

/** The first output that another run did not yield with the same bytes. */
function differing(run: Run, other: Run | undefined): ObservedOutput | undefined {
  return run.outputs.find(({ variant, body }) => {
    const counterpart = other?.outputs.find((output) => output.variant === variant);
    return !counterpart?.body.equals(body);
  });
}

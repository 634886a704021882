import { setTimeout } from "node:timers/promises";
import type { Output, Transform } from "../../runtime/contract.ts";
import { runTransform } from "../../runtime/run-transform.ts";
import { openSource } from "../../runtime/source.ts";
import { type FixtureName, fixture } from "../support/fixtures.ts";
import { brokenFixtures, plainFixtures, wholeFixtures } from "./chosen-fixtures.ts";
import { watchEscapedErrors } from "./effects/escaped-errors.ts";
import type { Effects } from "./effects.ts";
import { memoryOf } from "./memory.ts";
import { contextOf, observeAll } from "./observation.ts";
import { BrokenPromise, Inapplicable, type Promises } from "./promise.ts";

/** What a step takes on a few thousand pixels is a small part of this, even on a busy machine. */
const STOPS_WITHIN_MS = 3_000;

/** What a transform promises about the function that it runs in. */
export const BEHAVIOUR_PROMISES = {
  async "stops soon after its signal aborts"({ transform }) {
    for (const name of plainFixtures(transform)) {
      if (await stopsOn(transform, name)) continue;
      throw new BrokenPromise({
        of: name,
        expected: `an end within ${STOPS_WITHIN_MS} ms of the signal`,
        received: "none",
      });
    }
  },

  // Lambda ends a function whose error nobody waits for, and with it all the other uploads it works on.
  async "lets no error escape"({ transform }) {
    for (const { fixture, escaped } of await observeAll(transform, allFixtures(transform))) {
      const [first] = escaped;
      if (first) throw new BrokenPromise({ of: fixture, expected: "no error that nobody waits for", received: first });
    }
  },

  // A function lives for hours, and so does what a run leaves behind.
  async "leaves no temporary file"({ transform }) {
    await assertNone(transform, "temporaryFiles", "no file left in the folder for temporary files");
  },

  async "leaves nothing open"({ transform }) {
    await assertNone(transform, "left", "nothing left open or pending");
  },

  async "uses no network and no other process"({ transform }) {
    await assertNone(transform, "network", "no use of the network and no other process");
  },

  async "leaves sharp's settings as they were"({ transform }) {
    await assertNone(transform, "sharp", "the settings of sharp that were");
  },

  async "leaves the process as it was"({ transform }) {
    await assertNone(transform, "process", "globals, environment and listeners as they were");
  },

  async "stays within its memory"({ transform, file }) {
    if (file === undefined) throw new Inapplicable("It is in no file of its own.");
    const { fixture, neededMb, measuredMegapixels, megapixels } = await memoryOf(transform, file);
    const { memoryMb } = transform.limits;
    if (neededMb <= memoryMb) return;
    throw new BrokenPromise({
      of: `${megapixels} megapixels of ${fixture}`,
      expected: `at most ${memoryMb} MB`,
      received: `${neededMb} MB, as measured on ${measuredMegapixels}`,
    });
  },
} as const satisfies Promises;

async function assertNone(transform: Transform, effect: keyof Effects, expected: string): Promise<void> {
  for (const { fixture, effects } of await observeAll(transform, allFixtures(transform))) {
    const found = [...new Set(effects[effect])].join(", ");
    if (found) throw new BrokenPromise({ of: fixture, expected, received: found });
  }
}

/** Failing must leave as little behind as succeeding. */
function allFixtures(transform: Transform): FixtureName[] {
  return [...wholeFixtures(transform), ...brokenFixtures(transform)];
}

/** Whether the step that is under way when the signal aborts comes to its end; the host does not wait for it. */
async function stopsOn(transform: Transform, name: FixtureName): Promise<boolean> {
  const steps: Promise<unknown>[] = [];
  const watched = { ...transform, transform: watchSteps(transform, steps) };
  const source = await openSource(await fixture(name));
  const stopping = new AbortController();
  const escapedErrors = watchEscapedErrors();
  const first = runTransform(watched, source, contextOf(transform, stopping.signal)).next();
  stopping.abort(new Error("The worker's time is nearly up."));
  await first.catch(() => {});
  const waiting = new AbortController();
  const patience = setTimeout(STOPS_WITHIN_MS, false, { signal: waiting.signal }).catch(() => false);
  const ended = await Promise.race([Promise.allSettled(steps).then(() => true), patience]);
  waiting.abort();
  // Another promise judges them, in runs that are not stopped.
  await escapedErrors();
  return ended;
}

/** The transform's own generator, each step of which is kept. */
function watchSteps({ transform }: Transform, steps: Promise<unknown>[]): Transform["transform"] {
  return (source, context) => {
    const outputs = transform(source, context)[Symbol.asyncIterator]();
    const keep = <T>(step: Promise<T>) => {
      steps.push(step);
      return step;
    };
    const iterator: AsyncIterator<Output> = {
      next: () => keep(outputs.next()),
      return: (value) => keep(outputs.return?.(value) ?? Promise.resolve({ done: true, value })),
    };
    return { [Symbol.asyncIterator]: () => iterator };
  };
}

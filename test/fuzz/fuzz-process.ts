/**
 * Runs cases of one kind, one after the other, and says before each which it is: whatever it does to this process, the other
 * one knows the case.
 */

import { setTimeout } from "node:timers/promises";
import { peakMb } from "../support/process-memory.ts";
import { eventCase, runEventCase } from "./event-cases.ts";
import { type CaseAnswer, type CaseRange, SUBJECTS, type Subject } from "./fuzz-cases.ts";
import { imageCase, runImageCase } from "./image-cases.ts";
import { outcomeOf, takeUnhandled } from "./outcome.ts";

/** What the last case has left behind, to fail after all. */
const LEFT_MS = 100;

process.on("disconnect", () => process.exit());
process.on("message", async ({ subject, seed, from, to }: CaseRange) => {
  for (let number = from; number < to; number++) {
    send({ kind: "begun", number });
    const chosen = subject === "mixed" ? SUBJECTS[number % SUBJECTS.length] : subject;
    send({ kind: "ended", number, outcome: await outcomeOf(() => run(chosen ?? "events", number, seed)) });
  }
  await setTimeout(LEFT_MS);
  // Its case is not known, but one of these.
  const late = takeUnhandled();
  if (late) send({ kind: "ended", number: to - 1, outcome: late });
  send({ kind: "finished", peakMb: peakMb() });
});

async function run(subject: Subject, number: number, seed: number): Promise<string> {
  if (subject === "events") return runEventCase(eventCase(number, seed));
  return runImageCase(await imageCase(subject, number, seed), number);
}

function send(answer: CaseAnswer): void {
  process.send?.(answer);
}

/**
 * Runs cases of one kind, one after the other, and says before each which it is: whatever it does to this process, the other
 * one knows the case.
 */
import { eventCase, runEventCase } from "./event-cases.ts";
import { type CaseAnswer, type CaseRange, SUBJECTS, type Subject } from "./fuzz-cases.ts";
import { imageCase, runImageCase } from "./image-cases.ts";
import { outcomeOf } from "./outcome.ts";

const KB_PER_MB = 1024;

process.on("disconnect", () => process.exit());
process.on("message", async ({ subject, seed, from, to }: CaseRange) => {
  for (let number = from; number < to; number++) {
    send({ kind: "begun", number });
    const chosen = subject === "mixed" ? SUBJECTS[number % SUBJECTS.length] : subject;
    send({ kind: "ended", number, outcome: await outcomeOf(() => run(chosen ?? "events", number, seed)) });
  }
  send({ kind: "finished", peakMb: Math.round(process.resourceUsage().maxRSS / KB_PER_MB) });
});

async function run(subject: Subject, number: number, seed: number): Promise<string> {
  if (subject === "events") return runEventCase(eventCase(number, seed));
  return runImageCase(await imageCase(subject, number, seed), number);
}

function send(answer: CaseAnswer): void {
  process.send?.(answer);
}

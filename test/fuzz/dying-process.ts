/** Runs cases of which 1 ends the process, 2 crashes it and 3 never ends. */
import type { CaseAnswer, CaseRange } from "./fuzz-cases.ts";

const ENDS: Readonly<Record<number, () => void>> = {
  1: () => process.exit(3),
  2: () => process.abort(),
  3: () => {
    for (;;);
  },
};

process.on("disconnect", () => process.exit());
process.on("message", ({ from, to }: CaseRange) => {
  for (let number = from; number < to; number++) {
    send({ kind: "begun", number });
    ENDS[number]?.();
    send({ kind: "ended", number, outcome: number === 4 ? "UNKNOWN Error" : "done" });
  }
  send({ kind: "finished", peakMb: 1 });
});

function send(answer: CaseAnswer): void {
  process.send?.(answer);
}

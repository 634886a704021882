import pLimit from "p-limit";
import { describe, expect, it } from "vitest";
import { InTurns, turnsOf } from "../../runtime/turns.ts";
import { sqsRecord } from "../support/sqs-records.ts";

const record = (id: string, receives: number) => sqsRecord("{}", { id, receives });
const idsOf = (turns: ReturnType<typeof turnsOf>) => turns.map((turn) => turn.map(({ messageId }) => messageId).join());

describe("the turns of a batch", () => {
  it("are one for all that came for the first time, then one for each other, those last that came most often", () => {
    const batch = [record("a", 5), record("b", 1), record("c", 3), record("d", 1), record("e", 2)];

    expect(idsOf(turnsOf(batch))).toEqual(["b,d", "e", "c", "a"]);
  });

  it.each([
    { receives: 2, order: ["a", "b", "c", "d"] },
    { receives: 3, order: ["d", "c", "b", "a"] },
    { receives: 4, order: ["b", "c", "d", "a"] },
    { receives: 5, order: ["c", "b", "a", "d"] },
  ])("are $order at receive $receives, however the batch is ordered", ({ receives, order }) => {
    const ids = ["c", "a", "d", "b"];

    expect(idsOf(turnsOf(ids.map((id) => record(id, receives))))).toEqual(order);
  });

  it("begin when all before have ended, even if they failed", async () => {
    const batch = [record("a", 1), record("b", 1), record("c", 2)];
    const turns = new InTurns(turnsOf(batch), pLimit(2));
    const steps: string[] = [];
    const work = (id: string) => async () => {
      steps.push(`${id} begins`);
      await Promise.resolve();
      steps.push(`${id} ends`);
      if (id === "a") throw new Error("It failed.");
    };

    const ends = await Promise.allSettled(batch.toReversed().map((it) => turns.work(it, work(it.messageId))));

    expect(ends.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "rejected"]);
    expect(steps).toEqual(["b begins", "a begins", "b ends", "a ends", "c begins", "c ends"]);
  });
});

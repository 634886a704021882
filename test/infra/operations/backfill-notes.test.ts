import { appendFile, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { BackfillNotes } from "../../../infra/operations/backfill-notes.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "notes-"));
});
afterEach(() => rm(folder, { recursive: true }));

const CAT = { bucket: "uploads", key: "cat.png", eTag: "e1", size: 1 };
const DOG = { bucket: "uploads", key: "dog.png", eTag: "e2", size: 1 };

const read = (work: { digest?: string; prefix?: string } = {}) =>
  BackfillNotes.read(folder, { worker: "preview", digest: "digest-1", prefix: "", ...work });
/** Notes of a run that sent one upload and was stopped. */
async function stopped(): Promise<void> {
  const notes = await read();
  await notes.save();
  await notes.addSent([CAT]);
  await notes.setAfter("cat.png");
}

describe("a backfill's notes", () => {
  it("tell the next run where to go on, and what was sent of which bytes", async () => {
    await stopped();

    const notes = await read();

    expect(notes.after).toBe("cat.png");
    expect([notes.wasSent(CAT), notes.wasSent({ ...CAT, eTag: "e9" }), notes.wasSent(DOG)]).toEqual([
      true,
      false,
      false,
    ]);
  });

  it("say nothing about other work", async () => {
    await stopped();

    const notes = await read({ digest: "digest-2" });

    expect([notes.after, notes.wasSent(CAT)]).toEqual([undefined, false]);
  });

  it("say of another prefix what was sent, and not how far it came", async () => {
    await stopped();

    const notes = await read({ prefix: "dogs/" });

    expect([notes.after, notes.wasSent(CAT)]).toEqual([undefined, true]);
  });

  it("bear a line that a killed run left half written", async () => {
    await stopped();
    await appendFile(join(folder, "preview.jsonl"), '{"prefix":"","aft');

    const notes = await read();

    expect([notes.after, notes.wasSent(CAT)]).toEqual(["cat.png", true]);
  });

  it("begin at the first key again after the end, without what has outputs by now", async () => {
    await stopped();
    const notes = await read();
    await notes.addSent([DOG]);
    notes.forget(CAT);

    await notes.finish();

    const next = await read();
    expect([next.after, next.wasSent(CAT), next.wasSent(DOG)]).toEqual([undefined, false, true]);
    expect((await readFile(join(folder, "preview.jsonl"), "utf8")).split("\n")).toHaveLength(3);
  });

  it("can be forgotten", async () => {
    await stopped();
    const notes = await read();

    notes.clear();

    expect([notes.after, notes.wasSent(CAT)]).toEqual([undefined, false]);
  });
});

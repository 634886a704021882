import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { balance, type End, type ProblemKind } from "./balance.ts";
import type { DeadUpload, Ledger, StoredOutput, StoredSource } from "./ledger.ts";

const KEY = "cat.png";
const SOURCE: StoredSource = { key: KEY, eTag: "new", bytes: 100, mediaType: "image/png" };
const TOLD = { worker: "preview", key: KEY, status: "done" };

const output = (variant: string, changes: Partial<StoredOutput> = {}): StoredOutput => ({
  key: `preview/${KEY}/${variant}.png`,
  bytes: 50,
  sourceETag: "new",
  sourceKeySha256: createHash("sha256").update(KEY).digest("hex"),
  worker: "preview",
  ...changes,
});

const letter = (changes: Partial<DeadUpload> = {}): DeadUpload => ({
  worker: "preview",
  key: KEY,
  eTag: "new",
  code: "SOURCE_CORRUPT",
  message: "",
  ...changes,
});

/** One upload in one worker of two outputs, all well but for the changes. */
const ledger = (changes: Partial<Ledger> = {}): Ledger => ({
  workers: [
    {
      name: "preview",
      accepts: ["image/png"],
      outputKeys: (key) => [`preview/${key}/small.png`, `preview/${key}/tiny.png`],
    },
  ],
  deeds: [{ does: "put", key: KEY, eTag: "new", at: 0, by: "workload" }],
  sources: [SOURCE],
  outputs: [output("small"), output("tiny")],
  deadUploads: [],
  published: [TOLD],
  ...changes,
});

const REMOVED = { sources: [], outputs: [] };
const EXHAUSTED = letter({ eTag: "old", code: "RETRIES_EXHAUSTED" });

const ENDINGS: [string, End, Partial<Ledger>][] = [
  ["all outputs are of its source", "done", {}],
  ["it is gone, and so are its outputs", "removed", REMOVED],
  ["it is empty", "skipped", { sources: [{ ...SOURCE, bytes: 0, mediaType: undefined }], outputs: [] }],
  ["its bytes are of another type", "skipped", { sources: [{ ...SOURCE, mediaType: "image/gif" }], outputs: [] }],
  ["its own dead letter has a code", "deadLettered", { outputs: [], deadUploads: [letter()] }],
  [
    "what left outputs of an older source gave up",
    "deadLettered",
    { outputs: [output("small", { sourceETag: "old" })], deadUploads: [EXHAUSTED] },
  ],
  ["what left outputs of a removed source gave up", "deadLettered", { sources: [], deadUploads: [EXHAUSTED] }],
];

const BREACHES: [string, ProblemKind, Partial<Ledger>][] = [
  ["all outputs are missing", "lost", { outputs: [] }],
  ["one output is missing", "lost", { outputs: [output("small")] }],
  ["only an older upload has a dead letter", "lost", { outputs: [], deadUploads: [letter({ eTag: "old" })] }],
  ["only another worker has a dead letter", "lost", { outputs: [], deadUploads: [letter({ worker: "other" })] }],
  ["a dead letter has no known code", "lost", { deadUploads: [letter({ code: "OOPS" })] }],
  ["an output is of an older source", "stale", { outputs: [output("small", { sourceETag: "old" }), output("tiny")] }],
  ["outputs outlive their source", "doubled", { sources: [] }],
  ["what is skipped has outputs", "doubled", { sources: [{ ...SOURCE, mediaType: "image/gif" }] }],
  ["an output is of no variant", "doubled", { outputs: [output("small"), output("tiny"), output("large")] }],
  [
    "an output names another upload",
    "doubled",
    { outputs: [output("small", { sourceKeySha256: "?" }), output("tiny")] },
  ],
  ["an output names another worker", "doubled", { outputs: [output("small", { worker: "other" }), output("tiny")] }],
  ["nobody was told", "untold", { published: [] }],
];

describe("the balance of a soak", () => {
  it.each(ENDINGS)("counts an upload where %s as %s", (_, end, changes) => {
    const { workers, problems } = balance(ledger(changes));

    expect(problems).toEqual([]);
    expect(workers[0]?.ends).toEqual({ done: 0, skipped: 0, removed: 0, deadLettered: 0, [end]: 1 });
  });

  it.each(BREACHES)("finds that where %s something is %s, and in which upload and worker", (_, kind, changes) => {
    const { problems } = balance(ledger(changes));

    expect(problems.map((problem) => problem.kind)).toEqual([kind]);
    expect(`${problems[0]?.key} ${problems[0]?.worker}`).toMatch(/cat\.png.* preview|cat\.png other/);
  });

  it("counts an upload that was overwritten and removed by what is there at the end", () => {
    const deeds = (["put", "put", "remove"] as const).map((does, at) => ({
      does,
      key: KEY,
      at,
      by: "workload" as const,
    }));

    const { uploads, removals, keys, workers } = balance(ledger({ deeds, ...REMOVED }));

    expect({ uploads, removals, keys, removed: workers[0]?.ends.removed }).toEqual({
      uploads: 2,
      removals: 1,
      keys: 1,
      removed: 1,
    });
  });
});

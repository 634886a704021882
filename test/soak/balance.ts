import { createHash } from "node:crypto";
import { ERROR_CODES } from "../../runtime/errors.ts";
import type { DeadUpload, Ledger, LedgerWorker, StoredOutput, StoredSource } from "./ledger.ts";

/** How an upload may legally end in a worker. */
export const ENDS = ["done", "skipped", "removed", "deadLettered"] as const;

export type End = (typeof ENDS)[number];

/**
 * What must not be: an end that nobody can see; outputs of an older source; outputs that nothing accounts for; an end that was
 * told to nobody.
 */
export const PROBLEMS = ["lost", "stale", "doubled", "untold"] as const;

export type ProblemKind = (typeof PROBLEMS)[number];

export interface Problem {
  readonly kind: ProblemKind;
  readonly key: string;
  readonly worker: string;
  /** In one sentence, with what was expected. */
  readonly detail: string;
}

export interface WorkerBalance {
  readonly worker: string;
  /** Keys by how the newest that was done to them ended. */
  readonly ends: Readonly<Record<End, number>>;
  readonly deadLetterCodes: Readonly<Record<string, number>>;
  readonly outputs: number;
}

export interface Balance {
  readonly uploads: number;
  readonly removals: number;
  readonly keys: number;
  readonly workers: readonly WorkerBalance[];
  readonly problems: readonly Problem[];
}

/** What may have passed, so that what the run before it left behind is the dead letter's to mend. */
const UNFINISHED_CODES = ["RETRIES_EXHAUSTED", "FUNCTION_CRASHED"];

/** Counts what became of each key in each worker by what is stored at the end, and by dead letters; never by what anyone said. */
export function balance(ledger: Ledger): Balance {
  const keys = [...new Set(ledger.deeds.map(({ key }) => key))];
  const outputs = new Map(ledger.outputs.map((output) => [output.key, output]));
  const sources = new Map(ledger.sources.map((source) => [source.key, source]));
  const letters = Map.groupBy(ledger.deadUploads, ({ worker, key }) => idOf(worker, key));
  const told = new Set(ledger.published.map(({ worker, key }) => idOf(worker, key)));
  const problems: Problem[] = [];
  const accounted = new Set<string>();

  const workers = ledger.workers.map((worker) => {
    const ends: Record<End, number> = { done: 0, skipped: 0, removed: 0, deadLettered: 0 };
    for (const key of keys) {
      const found = worker.outputKeys(key).flatMap((outputKey) => outputs.get(outputKey) ?? []);
      for (const output of found) accounted.add(output.key);
      const id = idOf(worker.name, key);
      const verdict = judge({ worker, key, found, source: sources.get(key), letters: letters.get(id) ?? [] });
      if (typeof verdict === "string") ends[verdict]++;
      else problems.push({ ...verdict, key, worker: worker.name });
      if (!told.has(id) && !letters.has(id))
        problems.push({
          kind: "untold",
          key,
          worker: worker.name,
          detail: "Expected a result or a dead letter, found neither.",
        });
    }
    const own = ledger.deadUploads.filter(({ worker: name }) => name === worker.name);
    return {
      worker: worker.name,
      ends,
      deadLetterCodes: countBy(own, ({ code }) => code),
      outputs: ledger.outputs.filter(({ worker: name }) => name === worker.name).length,
    };
  });

  const strays = ledger.outputs.filter(({ key }) => !accounted.has(key));
  problems.push(
    ...strays.map(({ key, worker }) => ({
      kind: "doubled" as const,
      key,
      worker,
      detail: "Expected only outputs that an upload accounts for, found one more.",
    })),
    ...ledger.deadUploads
      .filter(({ code }) => !(code in ERROR_CODES))
      .map(({ key, worker, code }) => ({
        kind: "lost" as const,
        key,
        worker,
        detail: `Expected a dead letter with a code of the project, found ${code}.`,
      })),
  );
  const puts = ledger.deeds.filter(({ does }) => does === "put").length;
  return { uploads: puts, removals: ledger.deeds.length - puts, keys: keys.length, workers, problems };
}

interface Case {
  readonly worker: LedgerWorker;
  readonly key: string;
  readonly found: readonly StoredOutput[];
  readonly source: StoredSource | undefined;
  readonly letters: readonly DeadUpload[];
}

function judge({ worker, key, found, source, letters }: Case): End | Pick<Problem, "kind" | "detail"> {
  const isUnfinished = letters.some(({ code }) => UNFINISHED_CODES.includes(code));
  const foreign = found.find(
    ({ sourceKeySha256, worker: name }) => sourceKeySha256 !== sha256(key) || name !== worker.name,
  );
  if (foreign)
    return { kind: "doubled", detail: `Expected ${foreign.key} to name this upload and worker, found another.` };
  if (!source) {
    if (found.length === 0) return "removed";
    if (isUnfinished) return "deadLettered";
    return { kind: "doubled", detail: `Expected no outputs of an upload that is gone, found ${found.length}.` };
  }
  const old = found.find(({ sourceETag }) => sourceETag !== source.eTag);
  if (old) {
    if (isUnfinished) return "deadLettered";
    return { kind: "stale", detail: `Expected ${old.key} of source ${source.eTag}, found it of ${old.sourceETag}.` };
  }
  const isFailed = letters.some(({ eTag }) => eTag === source.eTag) || isUnfinished;
  const isSkippable = source.bytes === 0 || !source.mediaType || !worker.accepts.includes(source.mediaType);
  if (isSkippable) {
    if (found.length === 0) return "skipped";
    return { kind: "doubled", detail: `Expected no outputs of what is no image, found ${found.length}.` };
  }
  const expected = worker.outputKeys(key).length;
  if (found.length === expected) return "done";
  if (isFailed) return "deadLettered";
  return {
    kind: "lost",
    detail: `Expected ${expected} outputs of source ${source.eTag}, found ${found.length} and no dead letter.`,
  };
}

function idOf(worker: string, key: string): string {
  return JSON.stringify([worker, key]);
}

function countBy<Item>(items: readonly Item[], by: (item: Item) => string): Record<string, number> {
  return Object.fromEntries([...Map.groupBy(items, by)].sort().map(([name, { length }]) => [name, length]));
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

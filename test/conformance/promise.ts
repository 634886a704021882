import type { Transform } from "../../runtime/contract.ts";

/** A transform that promises are checked on. */
export interface Subject {
  readonly name: string;
  readonly transform: Transform;
  /** The file whose default export it is; in-memory transforms have none. */
  readonly file?: string | undefined;
}

/** Throws a `BrokenPromise`, or `Inapplicable`. */
export type Check = (subject: Subject) => Promise<void>;

/** Checks by the sentences they stand for: each completes "it …". */
export type Promises = Readonly<Record<string, Check>>;

interface Breach {
  /** The fixture, and the variant where there is one. */
  readonly of: string;
  readonly expected: string;
  readonly received: string;
}

/** A promise that does not hold, in one line. */
export class BrokenPromise extends Error {
  override readonly name = "BrokenPromise";

  constructor({ of, expected, received }: Breach) {
    super(`Expected ${expected} for ${of}, received ${received.replace(/\.?\s*$/, "")}.`.replace(/\s+/g, " "));
  }
}

/** A promise that a transform has no occasion to break. */
export class Inapplicable extends Error {
  override readonly name = "Inapplicable";
}

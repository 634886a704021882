import * as v from "valibot";

/** A failed upload, as a result tells of it. */
export interface Failure {
  /** The same however often the result is published. */
  readonly id: string;
  readonly worker: string;
  readonly key: string;
  /** A worker may know codes that this bundle does not. */
  readonly code: string;
  readonly message: string;
}

/** What is read of a result; it has more. */
const FAILED_RESULT = v.object({
  id: v.string(),
  worker: v.string(),
  upload: v.object({ key: v.string() }),
  status: v.literal("failed"),
  code: v.string(),
  message: v.string(),
});

/** Characters of the body that an error quotes. */
const QUOTED_LENGTH = 200;

/** The failure that a message's body tells of. Throws a `TypeError` that says what is no result of a failure. */
export function readFailure(body: string): Failure {
  const { success, output } = v.safeParse(FAILED_RESULT, parse(body));
  if (!success) throw new TypeError(`Expected the result of a failed upload, received ${body.slice(0, QUOTED_LENGTH)}`);
  const { upload, status: _, ...failure } = output;
  return { ...failure, key: upload.key };
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

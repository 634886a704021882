/**
 * Why a worker could not make its outputs. Codes are stable: alarms, redrives and subscribers branch on them.
 * Messages are for people and may change.
 */
export const ERROR_CODES = {
  /** A message is not an S3 event in any envelope. */
  EVENT_INVALID: { retryable: false },
  /** The source has more bytes than the limit. */
  SOURCE_TOO_MANY_BYTES: { retryable: false },
  /** One frame of the source has more pixels than the limit. */
  SOURCE_TOO_MANY_PIXELS: { retryable: false },
  /** The bytes claim a format but do not decode as one. */
  SOURCE_CORRUPT: { retryable: false },
  /** The object is stored with a Content-Encoding, so its bytes are not those of an image. */
  SOURCE_ENCODED: { retryable: false },
  /** The source was overwritten each time it was read. */
  SOURCE_CHANGING: { retryable: true },
  /** An output is larger than the limits, or than its format can express. */
  OUTPUT_TOO_LARGE: { retryable: false },
  /** An output's key is longer than S3 allows. */
  OUTPUT_KEY_TOO_LONG: { retryable: false },
  /** A transform yielded a variant that it does not declare. */
  VARIANT_NOT_DECLARED: { retryable: false },
  /** A transform yielded the same variant twice. */
  VARIANT_REPEATED: { retryable: false },
  /** A transform ended without one of its declared variants. */
  VARIANT_MISSING: { retryable: false },
  /** An output's bytes are not of its variant's declared format. */
  VARIANT_FORMAT_WRONG: { retryable: false },
  /** A transform threw. */
  TRANSFORM_FAILED: { retryable: false },
  /** A transform did not finish before its worker's time was up. */
  TRANSFORM_TIMED_OUT: { retryable: true },
  /** The object store or a topic did not do what it was asked. */
  STORE_FAILED: { retryable: true },
  /** The worker itself failed in a way nobody foresaw. */
  WORKER_FAILED: { retryable: true },
  /** The last receive of a message failed for a reason that might have passed. */
  RETRIES_EXHAUSTED: { retryable: false },
  /** A function died without an answer; set by readers of dead letters that carry no code. */
  FUNCTION_CRASHED: { retryable: false },
} as const satisfies Record<string, { retryable: boolean }>;

export type ErrorCode = keyof typeof ERROR_CODES;

/** A failure with a stable code, one sentence, and the one bit the caller acts on. */
export class PipelineError extends Error {
  override readonly name = "PipelineError";
  readonly code: ErrorCode;
  /** Whether the same message may succeed later. */
  readonly retryable: boolean;

  constructor(code: ErrorCode, message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.code = code;
    this.retryable = ERROR_CODES[code].retryable;
  }
}

/** The message of whatever was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

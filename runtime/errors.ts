interface ErrorKind {
  /** Whether the same message may succeed later. */
  readonly retryable: boolean;
  /** One sentence: what happened. */
  readonly means: string;
}

/**
 * Why a worker could not make its outputs. Codes are stable: alarms, redrives and subscribers branch on them.
 * Messages are for people and may change.
 */
export const ERROR_CODES = {
  EVENT_INVALID: { retryable: false, means: "A message is not an S3 event in any envelope." },
  SOURCE_TOO_MANY_BYTES: { retryable: false, means: "The source has more bytes than the limit." },
  SOURCE_TOO_MANY_PIXELS: { retryable: false, means: "One frame of the source has more pixels than the limit." },
  SOURCE_CORRUPT: { retryable: false, means: "The bytes claim a format but do not decode as one." },
  SOURCE_ENCODED: {
    retryable: false,
    means: "The object is stored with a Content-Encoding, so its bytes are not those of an image.",
  },
  SOURCE_CHANGING: { retryable: true, means: "The source was overwritten each time it was read." },
  OUTPUT_TOO_LARGE: { retryable: false, means: "An output is larger than the limits, or than its format can express." },
  OUTPUT_KEY_TOO_LONG: { retryable: false, means: "An output's key is longer than S3 allows." },
  VARIANT_NOT_DECLARED: { retryable: false, means: "A transform yielded a variant that it does not declare." },
  VARIANT_REPEATED: { retryable: false, means: "A transform yielded the same variant twice." },
  VARIANT_MISSING: { retryable: false, means: "A transform ended without one of its declared variants." },
  VARIANT_FORMAT_WRONG: { retryable: false, means: "An output's bytes are not of its variant's declared format." },
  TRANSFORM_FAILED: { retryable: false, means: "A transform threw." },
  OUT_OF_TIME: { retryable: true, means: "The worker's time was up before the upload's turn came." },
  TRANSFORM_TIMED_OUT: { retryable: true, means: "A transform did not finish before its worker's time was up." },
  STORE_FAILED: { retryable: true, means: "The object store or a topic did not do what it was asked." },
  WORKER_FAILED: { retryable: true, means: "The worker itself failed in a way nobody foresaw." },
  RETRIES_EXHAUSTED: {
    retryable: false,
    means: "The last receive of a message failed for a reason that might have passed.",
  },
  FUNCTION_CRASHED: {
    retryable: false,
    means: "A function died without an answer; set by readers of dead letters that carry no code.",
  },
} as const satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof ERROR_CODES;

/** Messages travel in queues and topics, and may quote what nobody limited. */
const MAX_MESSAGE_LENGTH = 1000;

/** A failure with a stable code, one sentence, and the one bit the caller acts on. */
export class PipelineError extends Error {
  override readonly name = "PipelineError";
  readonly code: ErrorCode;
  /** Whether the same message may succeed later. */
  readonly retryable: boolean;

  constructor(code: ErrorCode, message: string, options: { cause?: unknown } = {}) {
    super(message.length > MAX_MESSAGE_LENGTH ? `${message.slice(0, MAX_MESSAGE_LENGTH)}…` : message, options);
    this.code = code;
    this.retryable = ERROR_CODES[code].retryable;
  }
}

/** The end of a message whose last receive failed for a reason that might have passed. */
export function retriesExhausted({ code, message }: PipelineError, receives: number): PipelineError {
  return new PipelineError("RETRIES_EXHAUSTED", `Received ${receives} times, the last time with ${code}: ${message}`);
}

/** The message of whatever was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

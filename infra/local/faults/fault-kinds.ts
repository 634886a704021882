/** What can go wrong between a function and AWS, each in one sentence. Readers choose from these names. */
export const FAULTS = {
  "s3-500": "S3 answers a function's request with an internal error, before or after it did what was asked.",
  "s3-503": "S3 asks a function to slow down.",
  "s3-slow": "S3 takes its time over a function's request.",
  "s3-reset": "The connection breaks before or after S3 did what a function asked.",
  "s3-truncated": "The connection breaks in the middle of an object's bytes.",
  "s3-removed": "An upload is removed right before or right after a function reads it.",
  "s3-overwritten": "An upload is overwritten right after a function read it, and the old bytes arrive late.",
  "sqs-duplicates": "A queue gets a message twice.",
  "sqs-reordering": "Messages overtake each other on their way into a queue.",
  "sqs-500": "SQS answers a function's request with an internal error.",
  "sns-500": "SNS answers a function's request with an internal error, before or after it published the message.",
  "function-killed": "A function's process ends in the middle of a batch.",
  "function-out-of-memory": "A transform needs more memory than its function has.",
  "function-timed-out": "A transform does not give its process back before the function's time is up.",
  "function-throttled": "Lambda has no concurrency left for a function, and refuses to invoke it for a while.",
} as const satisfies Record<string, string>;

export type FaultKind = keyof typeof FAULTS;

export const FAULT_KINDS = Object.keys(FAULTS) as readonly FaultKind[];

/** Reads `all`, `none`, or names with commas between. Throws a `TypeError` that lists the names. */
export function readFaultKinds(text: string): ReadonlySet<FaultKind> {
  if (text === "all") return new Set(FAULT_KINDS);
  if (text === "none") return new Set();
  return new Set(
    text.split(",").map((name) => {
      const kind = FAULT_KINDS.find((candidate) => candidate === name);
      if (!kind) throw new TypeError(`Expected faults of all, none, ${FAULT_KINDS.join(", ")}, received ${name}.`);
      return kind;
    }),
  );
}

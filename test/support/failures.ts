import type { Failure } from "../../runtime/notifier/failure.ts";
import type { Result } from "../../runtime/result.ts";

/** A failure of `cat.png` in the worker `preview`, but for what a test says otherwise. */
export function failureWith(given: Partial<Failure> = {}): Failure {
  return {
    id: "id-1",
    worker: "preview",
    key: "cat.png",
    code: "SOURCE_CORRUPT",
    message: "Expected a cat, received a dog.",
    ...given,
  };
}

/** The result that tells of a failure, as JSON. */
export function resultOfFailure({ key, ...failure }: Failure): string {
  const result = {
    ...failure,
    upload: { bucket: "uploads", key, size: 12 },
    outputsBucket: "outputs",
    durationMs: 3,
    status: "failed",
  } as Result;
  return JSON.stringify(result);
}

import { createHash } from "node:crypto";
import type { ErrorCode } from "./errors.ts";
import type { Upload } from "./event.ts";
import type { OutputType } from "./output-type.ts";

/**
 * Why nothing was to be made of an upload, each in one sentence. Codes are stable, as those of errors are. What earlier
 * work left is removed, unless the sentence says otherwise.
 */
export const SKIP_CODES = {
  OUTSIDE_UPLOADS: "It lies where no uploads are; it is not even read, and nothing is removed.",
  NOT_SELECTED:
    "Its key is not one of those that the worker is configured for; it is not even read, and nothing is removed.",
  FOLDER_MARKER: "It is a folder marker, whose key ends with a slash; there is nothing to remove.",
  OUTPUT_AS_UPLOAD: "It is a copy of an output of this very worker, or made from one; nothing is removed.",
  OPTED_OUT: "Its own metadata says that it is not for this worker.",
  EMPTY_OBJECT: "It has no bytes.",
  TYPE_NOT_ACCEPTED: "Its bytes are of no format that the transform accepts.",
} as const satisfies Record<string, string>;

export type SkipCode = keyof typeof SKIP_CODES;

/** An output that lies in the outputs bucket. */
export interface ResultOutput {
  readonly variant: string;
  readonly key: string;
  readonly mediaType: OutputType;
  readonly bytes: number;
}

/** What became of an upload in a worker. */
export type Outcome =
  | {
      readonly status: "done";
      readonly outputs: readonly ResultOutput[];
      readonly notes: readonly string[];
      readonly unchanged: boolean;
    }
  | { readonly status: "skipped"; readonly code: SkipCode; readonly message: string }
  | { readonly status: "removed" }
  | { readonly status: "failed"; readonly code: ErrorCode; readonly message: string };

/** What subscribers of the results topic get as JSON; published at least once. */
export type Result = Outcome & {
  /** The same for every publication of one event's result in one worker. */
  readonly id: string;
  readonly worker: string;
  readonly upload: Upload;
  readonly outputsBucket: string;
  readonly durationMs: number;
};

export function resultId(worker: string, upload: Upload, status: Outcome["status"]): string {
  const { bucket, key, versionId = "", sequencer = "", eTag = "" } = upload;
  return createHash("sha256")
    .update(JSON.stringify([worker, bucket, key, versionId, sequencer, eTag, status]))
    .digest("hex")
    .slice(0, 32);
}

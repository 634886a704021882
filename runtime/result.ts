import { createHash } from "node:crypto";
import type { ErrorCode } from "./errors.ts";
import type { Upload } from "./event.ts";
import type { OutputType } from "./output-type.ts";

/** Why nothing was to be made of an upload. */
export type SkipCode = "FOLDER_MARKER" | "EMPTY_OBJECT" | "TYPE_NOT_ACCEPTED";

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

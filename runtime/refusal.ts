import { PipelineError } from "./errors.ts";
import { isOwnWork } from "./makers.ts";
import { OPT_OUT, readOptOut } from "./opt-out.ts";
import type { Outcome, SkipCode } from "./result.ts";
import type { Select } from "./selection.ts";
import type { WorkerSettings } from "./settings.ts";
import { tooManyBytes } from "./source.ts";
import type { ObjectHead } from "./store.ts";

/** Content codings that change an object's bytes (RFC 9110, 8.4.1); S3 also stores harmless ones, as `aws-chunked`. */
const COMPRESSED = /gzip|compress|deflate|br|zstd/i;

/**
 * The outcome of an upload for which nothing is read, written or removed, or `undefined` if it is worked on. Outputs of an
 * upload that is not selected any more stay: most of its events never come here, so that no promise could be kept.
 */
export function refuseKey(key: string, settings: WorkerSettings, select: Select): Outcome | undefined {
  const { uploadsBucket, uploadsPrefix, outputsBucket, outputsPrefix } = settings;
  if (!key.startsWith(uploadsPrefix))
    return skip("OUTSIDE_UPLOADS", `Its key does not start with ${uploadsPrefix}, as those of uploads do.`);
  // The last stop for a worker that would be told of what it writes itself.
  if (uploadsBucket === outputsBucket && key.startsWith(outputsPrefix))
    return skip("OUTSIDE_UPLOADS", "It lies where outputs are written.");
  // A marker's name never was an image's, so that there is nothing to bring in line.
  if (key.endsWith("/")) return skip("FOLDER_MARKER", "It is a folder marker.");
  const reason = select(key.slice(uploadsPrefix.length));
  return reason === undefined ? undefined : skip("NOT_SELECTED", reason);
}

/** The outcome of an object that is not even downloaded, or `undefined` for one that is. */
export function refuseObject(head: ObjectHead, settings: WorkerSettings): Outcome | undefined {
  const { worker, limits } = settings;
  const { size, contentEncoding } = head;
  if (isOwnWork(head.metadata, settings))
    return skip("OUTPUT_AS_UPLOAD", "Its metadata says that it is an output of this worker, or made from one.");
  if (readOptOut(head, worker).isOut)
    return skip("OPTED_OUT", `Its user metadata ${OPT_OUT} is ${head.metadata[OPT_OUT]}.`);
  if (size === 0) return skip("EMPTY_OBJECT", "It has no bytes.");
  if (size > limits.sourceBytes) return failed(tooManyBytes(size, limits));
  if (contentEncoding && COMPRESSED.test(contentEncoding)) {
    return failed(
      new PipelineError(
        "SOURCE_ENCODED",
        `Expected an image's own bytes, received Content-Encoding ${contentEncoding}.`,
      ),
    );
  }
}

export function skip(code: SkipCode, message: string): Outcome {
  return { status: "skipped", code, message };
}

export function failed({ code, message }: PipelineError): Outcome {
  return { status: "failed", code, message };
}

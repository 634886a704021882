import { OPT_OUT } from "./opt-out.ts";
import type { ObjectHead } from "./store.ts";

/** User metadata that an output has from its upload, and what a reader of the result should know of the rest. */
export interface CopiedMetadata {
  readonly metadata: Readonly<Record<string, string>>;
  readonly notes: readonly string[];
}

/**
 * What S3 takes for the names and values of all user metadata of an object
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html).
 */
const MAX_BYTES = 2048;

/** What stands before each name in a header. AWS does not say whether it counts, so that it is counted. */
const PREFIX = "x-amz-meta-";

/**
 * What can be written as a header and signed, and comes back as it was. That includes other characters as S3 tells them, in
 * encoded words: it decodes what it is given, and encodes it again.
 */
const SENDABLE = /^[ -~]*$/;
const NAME = /^[\w!#$%&'*+.^`|~-]+$/;

/** As much of an upload's user metadata, by name, as an output can carry beside its own. */
export function copyMetadata(
  upload: Pick<ObjectHead, "metadata" | "hiddenMetadata">,
  own: Readonly<Record<string, string>>,
): CopiedMetadata {
  const copied: Record<string, string> = {};
  const left: Record<"own" | "unsendable" | "tooLarge", string[]> = { own: [], unsendable: [], tooLarge: [] };
  let bytes = Object.entries(own).reduce((sum, [name, value]) => sum + bytesOf(name, value), 0);
  // That one is said to the machine, not about the image.
  const entries = Object.entries(upload.metadata).filter(([name]) => name !== OPT_OUT);
  for (const [name, value] of entries.sort(([one], [other]) => (one < other ? -1 : 1))) {
    if (Object.hasOwn(own, name)) left.own.push(name);
    else if (!NAME.test(name) || !SENDABLE.test(value)) left.unsendable.push(name);
    else if (bytes + bytesOf(name, value) > MAX_BYTES) left.tooLarge.push(name);
    else {
      copied[name] = value;
      bytes += bytesOf(name, value);
    }
  }
  const hidden = upload.hiddenMetadata;
  return {
    metadata: copied,
    notes: [
      ...noteOf(left.own, "outputs have their own"),
      ...noteOf(left.unsendable, "it has characters that can't be sent"),
      ...noteOf(left.tooLarge, `an object takes ${MAX_BYTES} bytes of it`),
      ...(hidden > 0 ? [`User metadata was not copied, since S3 does not tell it: ${hidden} of its names.`] : []),
    ],
  };
}

function bytesOf(name: string, value: string): number {
  return Buffer.byteLength(PREFIX) + Buffer.byteLength(name) + Buffer.byteLength(value);
}

function noteOf(names: readonly string[], reason: string): string[] {
  return names.length > 0 ? [`User metadata was not copied, since ${reason}: ${names.join(", ")}.`] : [];
}

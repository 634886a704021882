import { isUtf8 } from "node:buffer";
import type { IncomingHttpHeaders } from "node:http";
import { AwsError } from "./aws-error.ts";

const PREFIX = "x-amz-meta-";
/** Names without their prefix, and values, in UTF-8. */
const MAX_BYTES = 2048;

/**
 * Makes a request's metadata mail-safe, as S3 gives it back: a value that is not ASCII becomes an encoded word of
 * RFC 2047. https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html
 */
export function receiveMetadata(headers: IncomingHttpHeaders): void {
  const names = Object.keys(headers).filter((name) => name.startsWith(PREFIX));
  const bytes = names.map((name) => name.length - PREFIX.length + Buffer.byteLength(String(headers[name])));
  if (bytes.reduce((sum, length) => sum + length, 0) > MAX_BYTES) {
    throw new AwsError("MetadataTooLarge", "Your metadata headers exceed the maximum allowed metadata size");
  }
  for (const name of names) headers[name] = mailSafe(String(headers[name]));
}

/** Node.js gives each byte of a header as a character. */
function mailSafe(value: string): string {
  if (/^[\t\x20-\x7e]*$/.test(value)) return value;
  const bytes = Buffer.from(value, "latin1");
  const text = isUtf8(bytes) ? bytes : Buffer.from(value);
  return `=?UTF-8?B?${text.toString("base64")}?=`;
}

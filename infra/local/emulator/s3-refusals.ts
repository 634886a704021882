import type { IncomingHttpHeaders } from "node:http";
import { AwsError, notImplemented } from "./aws-error.ts";
import type { ObjectEntry, ObjectIndex } from "./object-index.ts";
import { readCopySource, type S3Operation, type S3OperationName } from "./s3-operation.ts";

/** What fauxqs would drop in silence, and a reader of the object would miss. */
const IGNORED_HEADERS: readonly RegExp[] = [
  /^expires$/,
  /^x-amz-(tagging|acl|grant-|website-redirect-location|object-lock-|write-offset-bytes|if-match-)/,
  /^x-amz-server-side-encryption-customer-/,
  /^x-amz-copy-source-(if-|server-side-)/,
];

/** Operations that make an object, and take conditions on the one it replaces. */
const WRITES: Partial<Record<S3OperationName, true>> = {
  PutObject: true,
  CopyObject: true,
  CompleteMultipartUpload: true,
};

/** Operations whose conditions fauxqs evaluates, or that have none. */
const READS: Partial<Record<S3OperationName, true>> = { GetObject: true };

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html */
const MAX_KEY_BYTES = 1024;

/** Why S3, or this emulator, refuses an operation that fauxqs would carry out. */
export function refusalOf(
  operation: S3Operation,
  headers: IncomingHttpHeaders,
  objects: ObjectIndex,
): AwsError | undefined {
  const { name, bucket, key } = operation;
  const ignored = Object.keys(headers).find((header) => IGNORED_HEADERS.some((pattern) => pattern.test(header)));
  if (ignored !== undefined) return notImplemented(`${ignored} of ${name}`);
  if (name === "CopyObject" && copiesOntoItself(operation, headers)) {
    return new AwsError(
      "InvalidRequest",
      "This copy request is illegal: it copies an object to itself and changes nothing.",
    );
  }
  if (Buffer.byteLength(key) > MAX_KEY_BYTES) return new AwsError("KeyTooLongError", "Your key is too long");

  const { "if-match": ifMatch, "if-none-match": ifNoneMatch } = headers;
  if ((ifMatch ?? ifNoneMatch) === undefined || READS[name]) return undefined;
  if (!WRITES[name] || (ifNoneMatch ?? "*") !== "*") return notImplemented(`conditions of this kind on ${name}`);
  if (!objects.hasBucket(bucket)) return undefined;
  return writeRefusal({ ifMatch, ifNoneMatch, current: objects.find(bucket, key) });
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html */
function writeRefusal({
  ifMatch,
  ifNoneMatch,
  current,
}: {
  ifMatch: string | undefined;
  ifNoneMatch: string | undefined;
  current: ObjectEntry | undefined;
}): AwsError | undefined {
  if (ifMatch !== undefined && current === undefined) {
    return new AwsError("NoSuchKey", "The specified key does not exist.", 404);
  }
  const holds =
    ifMatch === undefined ? current === undefined : ifNoneMatch === undefined && current?.eTag === unquote(ifMatch);
  if (holds) return undefined;
  return new AwsError("PreconditionFailed", "At least one of the pre-conditions you specified did not hold", 412);
}

function copiesOntoItself({ bucket, key }: S3Operation, headers: IncomingHttpHeaders): boolean {
  const source = readCopySource({ headers });
  return source.bucket === bucket && source.key === key && headers["x-amz-metadata-directive"] !== "REPLACE";
}

/** An entity tag without its quotes. */
export function unquote(eTag: string): string {
  return eTag.replace(/^"|"$/g, "");
}

import type { IncomingHttpHeaders } from "node:http";
import { AwsError, notImplemented } from "./aws-error.ts";
import type { ObjectEntry, ObjectIndex } from "./object-index.ts";
import { ACCOUNT_ID } from "./queues.ts";
import { copyConditions, decideRead, readConditions } from "./read-conditions.ts";
import { readCopySource, type S3Operation, type S3OperationName } from "./s3-operation.ts";
import { readStoredAttributes, STORAGE_CLASS } from "./stored-attributes.ts";

/** What fauxqs would drop in silence, and a reader of the object would miss. */
const IGNORED_HEADERS: readonly RegExp[] = [
  /^expires$/,
  /^x-amz-(acl|grant-|website-redirect-location|object-lock-|bucket-object-lock|write-offset-bytes|if-match-)/,
  /^x-amz-server-side-encryption-(customer|aws-kms|context|bucket-key)/,
  /^x-amz-copy-source-server-side-/,
];

/** Headers of which one value asks for what is the case anyway. */
const ONLY_VALUES: Readonly<Record<string, string>> = {
  "x-amz-server-side-encryption": "AES256",
};

/** Operations that say how an object is stored. */
const DESCRIPTIONS: Partial<Record<S3OperationName, true>> = {
  PutObject: true,
  CopyObject: true,
  CreateMultipartUpload: true,
};

/** Operations that make an object, and take conditions on the one it replaces. */
const WRITES: Partial<Record<S3OperationName, true>> = {
  PutObject: true,
  CopyObject: true,
  CompleteMultipartUpload: true,
};

const READS: Partial<Record<S3OperationName, true>> = { GetObject: true, HeadObject: true };

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html */
const MAX_KEY_BYTES = 1024;

/** Why S3, or this emulator, refuses an operation that fauxqs would carry out. Some refusals are thrown. */
export function refusalOf(
  operation: S3Operation,
  headers: IncomingHttpHeaders,
  objects: ObjectIndex,
): AwsError | undefined {
  const { name, bucket, key } = operation;
  const ignored = Object.keys(headers).find((header) => IGNORED_HEADERS.some((pattern) => pattern.test(header)));
  if (ignored !== undefined) return notImplemented(`${ignored} of ${name}`);
  const other = Object.keys(ONLY_VALUES).find(
    (header) => (headers[header] ?? ONLY_VALUES[header]) !== ONLY_VALUES[header],
  );
  if (other !== undefined) return notImplemented(`the ${other} ${headers[other]}`);
  // What is wrong with them is thrown.
  if (DESCRIPTIONS[name]) readStoredAttributes(headers);
  if (isOfAnotherAccount(headers)) return new AwsError("AccessDenied", "Access Denied", 403);
  if (name === "HeadObject" && headers.range !== undefined) return notImplemented("ranges of HeadObject");
  if (name === "CopyObject" && copiesOntoItself(operation, headers)) {
    return new AwsError(
      "InvalidRequest",
      "This copy request is illegal: it copies an object to itself and changes nothing.",
    );
  }
  if (Buffer.byteLength(key) > MAX_KEY_BYTES) return new AwsError("KeyTooLongError", "Your key is too long");

  const { "if-match": ifMatch, "if-none-match": ifNoneMatch } = headers;
  if (READS[name]) return readRefusal(readConditions(headers), objects.find(bucket, key));
  if (name === "CopyObject" || name === "UploadPartCopy") {
    const source = readCopySource({ headers });
    const refusal = readRefusal(copyConditions(headers), objects.find(source.bucket, source.key), "preconditionFailed");
    if (refusal !== undefined) return refusal;
  }
  if ((ifMatch ?? ifNoneMatch) === undefined) return undefined;
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
  return preconditionFailed();
}

/** A reader that has the object already is told so; a copy that would read it is refused. */
function readRefusal(
  conditions: ReturnType<typeof readConditions>,
  entry: ObjectEntry | undefined,
  ifNotModified: "notModified" | "preconditionFailed" = "notModified",
): AwsError | undefined {
  const decision = entry === undefined ? "proceed" : decideRead(conditions, entry);
  if (decision === "proceed") return undefined;
  if (decision === "notModified" && ifNotModified === "notModified")
    return new AwsError("NotModified", "Not Modified", 304);
  return preconditionFailed();
}

function preconditionFailed(): AwsError {
  return new AwsError("PreconditionFailed", "At least one of the pre-conditions you specified did not hold", 412);
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-owner-condition.html */
function isOfAnotherAccount(headers: IncomingHttpHeaders): boolean {
  const names = ["x-amz-expected-bucket-owner", "x-amz-source-expected-bucket-owner"];
  return names.some((name) => (headers[name] ?? ACCOUNT_ID) !== ACCOUNT_ID);
}

function copiesOntoItself({ bucket, key }: S3Operation, headers: IncomingHttpHeaders): boolean {
  const source = readCopySource({ headers });
  const changes = headers["x-amz-metadata-directive"] === "REPLACE" || headers[STORAGE_CLASS] !== undefined;
  return source.bucket === bucket && source.key === key && !changes;
}

/** An entity tag without its quotes. */
export function unquote(eTag: string): string {
  return eTag.replace(/^"|"$/g, "");
}

import type { S3Operation, S3OperationName } from "../emulator/s3-operation.ts";
import type { RequestContext } from "./condition.ts";
import type { AccessRequest, KeyAction } from "./evaluate.ts";
import { SECURE } from "./service-request.ts";

/** An object's place. */
interface ObjectPlace {
  readonly bucket: string;
  readonly key: string;
}

/** What permissions depend on beside the operation. */
export interface S3AccessFacts {
  /** Of a copy. */
  readonly copySource?: ObjectPlace | undefined;
  /** The write replaces the object only if it is the expected one, which tells about it. */
  readonly comparesETag: boolean;
  /** The request says which tags the object has. */
  readonly givesTags: boolean;
  /** Of a copy whose source's tags come along. */
  readonly copiesTags: boolean;
  /** Whether there is such an object. */
  readonly exists: (place: ObjectPlace) => boolean;
}

const NO_KEY: readonly KeyAction[] = [];
const DECRYPT: readonly KeyAction[] = ["kms:Decrypt"];
const ENCRYPT: readonly KeyAction[] = ["kms:GenerateDataKey"];
/** Parts are read again (https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html#mpuAndPermissions). */
const ENCRYPT_PARTS: readonly KeyAction[] = ["kms:GenerateDataKey", "kms:Decrypt"];

type Rule = (operation: S3Operation, facts: S3AccessFacts) => AccessRequest[];

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html */
const RULES: Readonly<Record<S3OperationName, Rule>> = {
  ListBuckets: () => [{ action: "s3:ListAllMyBuckets", resource: "*", context: SECURE }],
  CreateBucket: ({ bucket }) => [onBucket("s3:CreateBucket", bucket)],
  HeadBucket: ({ bucket }) => [onBucket("s3:ListBucket", bucket)],
  GetBucketLocation: ({ bucket }) => [onBucket("s3:GetBucketLocation", bucket)],
  DeleteBucket: ({ bucket }) => [onBucket("s3:DeleteBucket", bucket)],
  ListObjectsV2: ({ bucket, query: { prefix } }) => [list(bucket, prefix)],
  ListObjects: ({ bucket, query: { prefix } }) => [list(bucket, prefix)],
  ListMultipartUploads: ({ bucket }) => [onBucket("s3:ListBucketMultipartUploads", bucket)],
  GetObject: (place, { exists }) => read(place, exists, DECRYPT),
  // What S3 tells of an object is not encrypted.
  HeadObject: (place, { exists }) => read(place, exists, NO_KEY),
  PutObject: (place, facts) => write(place, facts, ENCRYPT),
  CopyObject: (place, facts) => copy(place, facts, ENCRYPT),
  GetObjectTagging: (place) => [onObject("s3:GetObjectTagging", place)],
  DeleteObject: (place) => [onObject("s3:DeleteObject", place)],
  // Its keys are permitted one by one.
  DeleteObjects: () => [],
  CreateMultipartUpload: (place, facts) => write(place, facts, ENCRYPT_PARTS),
  UploadPart: (place, facts) => write(place, facts, ENCRYPT_PARTS),
  UploadPartCopy: (place, facts) => copy(place, facts, ENCRYPT_PARTS),
  ListParts: (place) => [onObject("s3:ListMultipartUploadParts", place)],
  CompleteMultipartUpload: (place, facts) => write(place, facts, ENCRYPT_PARTS),
  AbortMultipartUpload: (place) => [onObject("s3:AbortMultipartUpload", place)],
};

/** All that an operation needs; it is allowed if each of these is. */
export function s3AccessOf(operation: S3Operation, facts: S3AccessFacts): AccessRequest[] {
  return RULES[operation.name](operation, facts);
}

/** What removing one object of several needs. */
export function removalOf(place: ObjectPlace): AccessRequest {
  return onObject("s3:DeleteObject", place);
}

/** Whoever may not list a bucket does not learn that an object is missing; its key counts as the prefix of that list. */
function read(
  { bucket, key }: ObjectPlace,
  exists: S3AccessFacts["exists"],
  keyActions: readonly KeyAction[],
): AccessRequest[] {
  const get = onObject("s3:GetObject", { bucket, key });
  return exists({ bucket, key }) ? [{ ...get, keyActions }] : [get, list(bucket, key)];
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html#conditional-write-permissions */
function write(
  { bucket, key }: ObjectPlace,
  { comparesETag, givesTags }: S3AccessFacts,
  keyActions: readonly KeyAction[],
): AccessRequest[] {
  const on = (action: string) => onObject(action, { bucket, key });
  return [
    { ...on("s3:PutObject"), keyActions },
    ...(comparesETag ? [on("s3:GetObject")] : []),
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/tagging-and-policies.html
    ...(givesTags ? [on("s3:PutObjectTagging")] : []),
  ];
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html */
function copy(target: ObjectPlace, facts: S3AccessFacts, keyActions: readonly KeyAction[]): AccessRequest[] {
  const { copySource, exists, givesTags, copiesTags } = facts;
  return [
    ...(copySource ? read(copySource, exists, DECRYPT) : []),
    ...(copySource && copiesTags ? [onObject("s3:GetObjectTagging", copySource)] : []),
    ...write(target, { ...facts, comparesETag: false, givesTags: givesTags || copiesTags }, keyActions),
  ];
}

function list(bucket: string, prefix: string | undefined): AccessRequest {
  return onBucket("s3:ListBucket", bucket, prefix === undefined ? SECURE : { ...SECURE, "s3:prefix": prefix });
}

function onBucket(action: string, bucket: string, context: RequestContext = SECURE): AccessRequest {
  return { action, resource: `arn:aws:s3:::${bucket}`, context };
}

function onObject(action: string, { bucket, key }: ObjectPlace): AccessRequest {
  return { action, resource: `arn:aws:s3:::${bucket}/${key}`, context: SECURE };
}

import { AwsError } from "./aws-error.ts";
import { s3Document } from "./listed-names.ts";
import { listMultipartUploads, listParts } from "./multipart-listing.ts";
import type { ObjectIndex } from "./object-index.ts";
import { listObjectsV1, listObjectsV2 } from "./object-listing.ts";
import type { S3Operation, S3OperationName } from "./s3-operation.ts";
import { escapeXml } from "./xml.ts";

interface Account {
  readonly objects: ObjectIndex;
  readonly region: string;
}

type Answer = (operation: S3Operation, account: Account) => string;

/** The operations that fauxqs does not have, or has otherwise; none of them changes anything. All answer in XML. */
const ANSWERS: Partial<Record<S3OperationName, Answer>> = {
  ListObjects: (operation, { objects }) => listObjectsV1(operation, objects),
  ListObjectsV2: (operation, { objects }) => listObjectsV2(operation, objects),
  ListMultipartUploads: (operation, { objects }) => listMultipartUploads(operation, objects),
  ListParts: (operation, { objects }) => listParts(operation, objects),
  GetBucketLocation: ({ bucket }, { objects, region }) => {
    if (!objects.hasBucket(bucket)) throw new AwsError("NoSuchBucket", "The specified bucket does not exist", 404);
    // The first region has no constraint: API_GetBucketLocation.html.
    const constraint = region === "us-east-1" ? "" : region;
    return `<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${constraint}</LocationConstraint>`;
  },
  // Clients ask before they copy in parts.
  GetObjectTagging: ({ bucket, key }, { objects }) => {
    if (!objects.hasBucket(bucket)) throw new AwsError("NoSuchBucket", "The specified bucket does not exist", 404);
    const { tags } = objects.find(bucket, key) ?? {};
    if (!tags) throw new AwsError("NoSuchKey", "The specified key does not exist.", 404);
    const set = tags.map((tag) => `<Tag><Key>${escapeXml(tag.key)}</Key><Value>${escapeXml(tag.value)}</Value></Tag>`);
    return s3Document("Tagging", [`<TagSet>${set.join("")}</TagSet>`]);
  },
};

/** The answer to an operation that only reads what is indexed, or nothing if fauxqs has to answer. */
export function answerOf(operation: S3Operation, account: Account): string | undefined {
  return ANSWERS[operation.name]?.(operation, account);
}

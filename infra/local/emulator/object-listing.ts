import { AwsError } from "./aws-error.ts";
import { element, nameWriter, readPageSize, s3Document } from "./listed-names.ts";
import type { ListedObject, ObjectIndex } from "./object-index.ts";
import { ACCOUNT_ID } from "./queues.ts";
import type { S3Operation } from "./s3-operation.ts";
import { escapeXml } from "./xml.ts";

type Item = ListedObject | { readonly commonPrefix: string };

interface Page {
  readonly items: readonly Item[];
  /** The name after which the next page begins, if there is one. */
  readonly next: string | undefined;
}

const OWNER = `<Owner><ID>${ACCOUNT_ID}</ID></Owner>`;

/** ListObjectsV2's answer. fauxqs sorts one way and pages another, and so loses keys between two pages. */
export function listObjectsV2({ bucket, query }: S3Operation, objects: ObjectIndex): string {
  const write = nameWriter(query);
  const { prefix = "", delimiter = "", "start-after": startAfter, "continuation-token": token } = query;
  const maxKeys = readPageSize(query, "max-keys");
  const after = token === undefined ? startAfter : Buffer.from(token, "base64url").toString();
  const { items, next } = pageOf(bucket, { prefix, delimiter, after, maxKeys }, objects);
  const owner = query["fetch-owner"] === "true" ? OWNER : "";

  return s3Document("ListBucketResult", [
    `<Name>${bucket}</Name><Prefix>${write(prefix)}</Prefix>`,
    `<KeyCount>${items.length}</KeyCount><MaxKeys>${maxKeys}</MaxKeys><IsTruncated>${next !== undefined}</IsTruncated>`,
    element("Delimiter", write(delimiter)),
    element("EncodingType", query["encoding-type"]),
    element("StartAfter", startAfter && write(startAfter)),
    element("ContinuationToken", token && escapeXml(token)),
    element("NextContinuationToken", next && Buffer.from(next).toString("base64url")),
    ...items.map((item) => itemXml(item, write, owner)),
  ]);
}

/** The listing that S3 had first. https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjects.html */
export function listObjectsV1({ bucket, query }: S3Operation, objects: ObjectIndex): string {
  const write = nameWriter(query);
  const { prefix = "", delimiter = "", marker = "" } = query;
  const maxKeys = readPageSize(query, "max-keys");
  const { items, next } = pageOf(bucket, { prefix, delimiter, after: marker, maxKeys }, objects);

  return s3Document("ListBucketResult", [
    `<Name>${bucket}</Name><Prefix>${write(prefix)}</Prefix><Marker>${write(marker)}</Marker>`,
    `<MaxKeys>${maxKeys}</MaxKeys><IsTruncated>${next !== undefined}</IsTruncated>`,
    element("Delimiter", write(delimiter)),
    element("EncodingType", query["encoding-type"]),
    // Without a delimiter clients go on after the last key of the page.
    element("NextMarker", delimiter && next && write(next)),
    ...items.map((item) => itemXml(item, write, OWNER)),
  ]);
}

interface PageRequest {
  readonly prefix: string;
  readonly delimiter: string;
  readonly after: string | undefined;
  readonly maxKeys: number;
}

function pageOf(bucket: string, { prefix, delimiter, after = "", maxKeys }: PageRequest, objects: ObjectIndex): Page {
  if (!objects.hasBucket(bucket)) throw new AwsError("NoSuchBucket", "The specified bucket does not exist", 404);
  const start = Buffer.from(after);
  const rest = groupByPrefix(objects.list(bucket, prefix), { prefix, delimiter }).filter(
    (item) => Buffer.compare("key" in item ? item.bytes : Buffer.from(item.commonPrefix), start) > 0,
  );
  const items = rest.slice(0, maxKeys);
  const last = items.at(-1);
  return { items, next: last !== undefined && rest.length > items.length ? nameOf(last) : undefined };
}

/** Keys that go on after the delimiter are represented by what they share up to it, once. */
function groupByPrefix(
  listed: ReturnType<ObjectIndex["list"]>,
  { prefix, delimiter }: { prefix: string; delimiter: string },
): Item[] {
  if (delimiter === "") return [...listed];
  const commonPrefixes = new Set<string>();
  return listed.flatMap((object): Item[] => {
    const end = object.key.indexOf(delimiter, prefix.length);
    if (end === -1) return [object];
    const commonPrefix = object.key.slice(0, end + delimiter.length);
    if (commonPrefixes.has(commonPrefix)) return [];
    commonPrefixes.add(commonPrefix);
    return [{ commonPrefix }];
  });
}

function nameOf(item: Item): string {
  return "key" in item ? item.key : item.commonPrefix;
}

function itemXml(item: Item, write: (name: string) => string, owner: string): string {
  if (!("key" in item)) return `<CommonPrefixes><Prefix>${write(item.commonPrefix)}</Prefix></CommonPrefixes>`;
  const { size, eTag, lastModified, storageClass } = item.entry;
  return [
    `<Contents><Key>${write(item.key)}</Key><LastModified>${lastModified.toISOString()}</LastModified>`,
    `<ETag>&quot;${eTag}&quot;</ETag><Size>${size}</Size>${owner}<StorageClass>${storageClass}</StorageClass></Contents>`,
  ].join("");
}

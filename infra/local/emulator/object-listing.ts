import { AwsError } from "./aws-error.ts";
import type { ObjectEntry, ObjectIndex } from "./object-index.ts";
import type { S3Operation } from "./s3-operation.ts";
import { escapeXml } from "./xml.ts";

type Item = { readonly key: string; readonly entry: ObjectEntry } | { readonly commonPrefix: string };

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html */
const MAX_KEYS = 1000;

/** ListObjectsV2's answer. fauxqs sorts one way and pages another, and so loses keys between two pages. */
export function listObjects({ bucket, query }: S3Operation, objects: ObjectIndex): string {
  if (!objects.hasBucket(bucket)) throw new AwsError("NoSuchBucket", "The specified bucket does not exist", 404);
  const { prefix = "", delimiter = "", "start-after": startAfter = "", "continuation-token": token } = query;
  const maxKeys = Math.min(Number(query["max-keys"] ?? MAX_KEYS), MAX_KEYS);
  if (!Number.isInteger(maxKeys) || maxKeys < 0) throw new AwsError("InvalidArgument", "Provided max-keys is invalid");

  const after = token === undefined ? startAfter : Buffer.from(token, "base64url").toString();
  const items = groupByPrefix(objects.list(bucket, prefix), { prefix, delimiter });
  const rest = items.filter((item) => Buffer.compare(Buffer.from(nameOf(item)), Buffer.from(after)) > 0);
  const page = rest.slice(0, maxKeys);
  const last = page.at(-1);
  const isTruncated = last !== undefined && rest.length > page.length;

  return [
    `<?xml version="1.0" encoding="UTF-8"?>`,
    `<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">`,
    `<Name>${bucket}</Name><Prefix>${escapeXml(prefix)}</Prefix>`,
    `<KeyCount>${page.length}</KeyCount><MaxKeys>${maxKeys}</MaxKeys><IsTruncated>${isTruncated}</IsTruncated>`,
    delimiter && `<Delimiter>${escapeXml(delimiter)}</Delimiter>`,
    startAfter && `<StartAfter>${escapeXml(startAfter)}</StartAfter>`,
    token && `<ContinuationToken>${escapeXml(token)}</ContinuationToken>`,
    isTruncated && `<NextContinuationToken>${Buffer.from(nameOf(last)).toString("base64url")}</NextContinuationToken>`,
    ...page.map(itemXml),
    `</ListBucketResult>`,
  ]
    .filter(Boolean)
    .join("\n");
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

function itemXml(item: Item): string {
  if (!("key" in item)) return `<CommonPrefixes><Prefix>${escapeXml(item.commonPrefix)}</Prefix></CommonPrefixes>`;
  const { size, eTag, lastModified } = item.entry;
  return [
    `<Contents><Key>${escapeXml(item.key)}</Key><LastModified>${lastModified.toISOString()}</LastModified>`,
    `<ETag>&quot;${eTag}&quot;</ETag><Size>${size}</Size><StorageClass>STANDARD</StorageClass></Contents>`,
  ].join("");
}

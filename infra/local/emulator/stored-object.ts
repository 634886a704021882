import type { ObjectName, ObjectRecord } from "../state/object-files.ts";
import { unquote } from "./s3-refusals.ts";
import type { StoredAnswers } from "./stored-answers.ts";

interface StoredObject {
  readonly record: Pick<ObjectRecord, "eTag" | "headers" | "partSizes">;
  readonly body: Buffer;
}

/** The headers of an object that are put with it. */
const OWN_HEADERS =
  /^(content-type|content-language|content-disposition|content-encoding|cache-control|x-amz-meta-.*)$/;
const CHECKSUM_HEADERS = /^x-amz-checksum-(crc32|crc32c|crc64nvme|sha1|sha256)$/;

/** An object as S3 gives it, or `undefined` if there is none. */
export async function readObject(answers: StoredAnswers, name: ObjectName): Promise<StoredObject | undefined> {
  const response = await answers.get(objectUrl(name));
  if (response.statusCode === 404) return undefined;
  if (response.statusCode !== 200) throw new Error(`${name.bucket}/${name.key} can't be read: ${response.statusCode}`);
  const eTag = unquote(String(response.headers.etag));
  const parts = Number(/-(\d+)$/.exec(eTag)?.[1] ?? 0);
  // What is put in parts has a checksum of its parts' checksums, which no single request can carry.
  const kept = parts > 0 ? [OWN_HEADERS] : [OWN_HEADERS, CHECKSUM_HEADERS];
  const headers = Object.entries(response.headers).filter(([header]) => kept.some((pattern) => pattern.test(header)));
  return {
    record: {
      eTag,
      headers: Object.fromEntries(headers.map(([header, value]) => [header, String(value)])),
      partSizes: await partSizesOf(answers, name, parts),
    },
    body: response.body,
  };
}

/** Escapes slashes too: a URL would lose the parts `..` and `.` of a key. */
export function objectUrl({ bucket, key }: ObjectName): string {
  return `/${bucket}/${encodeURIComponent(key)}`;
}

async function partSizesOf(answers: StoredAnswers, name: ObjectName, parts: number): Promise<number[]> {
  const sizes = [];
  for (let part = 1; part <= parts; part += 1) {
    const { body } = await answers.get(`${objectUrl(name)}?partNumber=${part}`);
    sizes.push(body.length);
  }
  return sizes;
}

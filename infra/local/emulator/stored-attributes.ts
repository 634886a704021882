import type { IncomingHttpHeaders } from "node:http";
import { AwsError, notImplemented } from "./aws-error.ts";

/** What an object is stored with besides what its own headers say. */
export interface StoredAttributes {
  readonly storageClass: string;
  /** In the order in which they were given. */
  readonly tags: readonly Tag[];
}

export interface Tag {
  readonly key: string;
  readonly value: string;
}

export const STORAGE_CLASS = "x-amz-storage-class";
export const TAGGING = "x-amz-tagging";

/** Those from which an object is read at once (https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-class-intro.html). */
const STORAGE_CLASSES = [
  ...["STANDARD", "REDUCED_REDUNDANCY", "STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING", "GLACIER_IR"],
];
const ARCHIVES = ["GLACIER", "DEEP_ARCHIVE", "EXPRESS_ONEZONE", "OUTPOSTS", "SNOW", "FSX_OPENZFS"];

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html */
const MAX_TAGS = 10;
const MAX_KEY_LENGTH = 128;
const MAX_VALUE_LENGTH = 256;
const ALLOWED = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** Reads the storage class and the tags of a request, or throws what S3 answers to them. */
export function readStoredAttributes(headers: IncomingHttpHeaders): StoredAttributes {
  const storageClass = String(headers[STORAGE_CLASS] ?? "STANDARD");
  if (ARCHIVES.includes(storageClass)) throw notImplemented(`the ${STORAGE_CLASS} ${storageClass}`);
  if (!STORAGE_CLASSES.includes(storageClass)) {
    throw new AwsError("InvalidStorageClass", "The storage class you specified is not valid");
  }
  return { storageClass, tags: readTags(String(headers[TAGGING] ?? "")) };
}

/** What a request that stores such an object says. */
export function attributeHeaders({ storageClass, tags }: StoredAttributes): Record<string, string> {
  return {
    ...(storageClass !== "STANDARD" && { [STORAGE_CLASS]: storageClass }),
    ...(tags.length > 0 && { [TAGGING]: writeTags(tags) }),
  };
}

function writeTags(tags: readonly Tag[]): string {
  return new URLSearchParams(tags.map(({ key, value }): [string, string] => [key, value])).toString();
}

function readTags(tagging: string): Tag[] {
  const tags = [...new URLSearchParams(tagging)].map(([key, value]) => ({ key, value }));
  if (tags.length > MAX_TAGS) throw new AwsError("BadRequest", `Object tags cannot be greater than ${MAX_TAGS}`);
  for (const [index, { key, value }] of tags.entries()) {
    if (key === "" || key.length > MAX_KEY_LENGTH || !ALLOWED.test(key) || key.startsWith("aws:")) {
      throw new AwsError("InvalidTag", "The TagKey you have provided is invalid");
    }
    if (value.length > MAX_VALUE_LENGTH || !ALLOWED.test(value)) {
      throw new AwsError("InvalidTag", "The TagValue you have provided is invalid");
    }
    if (tags.findIndex((other) => other.key === key) < index) {
      throw new AwsError("InvalidTag", "Cannot provide multiple Tags with the same key");
    }
  }
  return tags;
}

import { MEDIA_TYPES, type MediaType } from "../runtime/media-type.ts";

/** An SNS filter policy on the key of an S3 event's object, for the scope `MessageBody`. */
export interface UploadFilter {
  readonly Records: { readonly s3: { readonly object: { readonly key: readonly { readonly suffix: string }[] } } };
}

/** What SNS allows in one policy: patterns times how deep their key is (https://docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html). */
const MAX_COMBINATIONS = 150;
const KEY_DEPTH = ["Records", "s3", "object", "key"].length;
const MAX_PATTERNS = Math.floor(MAX_COMBINATIONS / KEY_DEPTH);

/**
 * Lets uploads through whose key ends like a file of an accepted media type. An economy: what it lets through is still
 * told apart by its bytes.
 */
export function uploadFilter(accepts: readonly MediaType[]): UploadFilter {
  return suffixFilter(accepts.flatMap((mediaType) => MEDIA_TYPES[mediaType].extensions));
}

/** Lets uploads with these extensions through. Throws a `TypeError` if they are more than SNS allows in one policy. */
export function suffixFilter(extensions: readonly string[]): UploadFilter {
  const suffixes = suffixesOf(extensions);
  if (suffixes.length > MAX_PATTERNS) {
    throw new TypeError(
      `Expected extensions that need at most ${MAX_PATTERNS} patterns, which is what SNS allows in a filter policy on an object's key, received ${extensions.length} that need ${suffixes.length}.`,
    );
  }
  return { Records: { s3: { object: { key: suffixes.map((suffix) => ({ suffix })) } } } };
}

/** SNS compares letters as they are, so each extension is spelled in the three ways that people and cameras do. */
function suffixesOf(extensions: readonly string[]): string[] {
  const spellings = extensions.flatMap((extension) => [
    extension.toLowerCase(),
    extension.toUpperCase(),
    extension.slice(0, 1).toUpperCase() + extension.slice(1).toLowerCase(),
  ]);
  return [...new Set(spellings)].map((spelling) => `.${spelling}`);
}

import type { MediaType } from "../runtime/contract.ts";
import { MEDIA_TYPES } from "../runtime/media-type.ts";
import type { OnExpire } from "./config/stack-schema.ts";

/** Which keys a worker is told of. An economy: the worker decides on the whole of its configuration, and on the bytes. */
export interface KeySelection {
  readonly accepts: readonly MediaType[];
  /** Instead of the extensions of what is accepted; none for these. */
  readonly suffixes: readonly string[];
  /** What the keys of all uploads start with. */
  readonly uploadsPrefix: string;
  /** What the worker's keys start with after that. */
  readonly prefix: string;
  /** Whether keys of any ending are let through. */
  readonly sniffAll: boolean;
}

/** An SNS filter policy on the key of an S3 event's object, for the scope `MessageBody`. */
export interface TopicFilter {
  readonly Records: { readonly s3: { readonly object: { readonly key: readonly KeyCondition[] } } };
}

type KeyCondition = { readonly suffix: string } | { readonly prefix: string };

/** What SNS allows in one policy: patterns times how deep their key is (https://docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html). */
const MAX_COMBINATIONS = 150;
const KEY_DEPTH = ["Records", "s3", "object", "key"].length;
const MAX_PATTERNS = Math.floor(MAX_COMBINATIONS / KEY_DEPTH);

/** The quota that an account has by default (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html). */
const MAX_PATTERN_LENGTH = 2048;

/** Characters that are in an event as they are in the key; SNS sees keys URL-encoded. */
const UNRESERVED = /^[\w.~/-]*$/;

/**
 * The SNS filter policy of a worker, on events of keys with the stack's prefix, which S3 tells apart itself; or `undefined` for all uploads. One policy can't ask for a prefix and for suffixes, so a
 * worker with a prefix is told of all that starts with it. Throws a `TypeError` that names the limit that is exceeded.
 */
export function topicFilter(selection: KeySelection): TopicFilter | undefined {
  const { uploadsPrefix, prefix, sniffAll } = selection;
  inTopics(uploadsPrefix);
  if (prefix !== "") return keyFilter([{ prefix: `${uploadsPrefix}${inTopics(prefix)}` }]);
  if (sniffAll) return undefined;
  return keyFilter(spellingsOf(suffixesOf(selection).map(inTopics)).map((suffix) => ({ suffix })));
}

/**
 * The EventBridge pattern of a worker, as JSON. A key's conditions are alternatives there too, so that a prefix stands alone.
 * What the bucket's lifecycle removes is told only where that removes outputs too; a rule can tell it by its reason alone
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html). Throws a `TypeError` that names the limit that is
 * exceeded.
 */
export function eventPattern(bucket: string, selection: KeySelection, onExpire: OnExpire): string {
  const pattern = JSON.stringify({
    source: ["aws.s3"],
    "detail-type": ["Object Created", "Object Deleted"],
    detail: {
      bucket: { name: [bucket] },
      ...keyConditions(selection),
      ...(onExpire === "keep" && { reason: [{ "anything-but": ["Lifecycle Expiration"] }] }),
    },
  });
  if (pattern.length > MAX_PATTERN_LENGTH) {
    throw new TypeError(
      `Expected suffixes that fit an event pattern of ${MAX_PATTERN_LENGTH} characters, which is what EventBridge allows by default, received ${selection.suffixes.length} that need ${pattern.length}.`,
    );
  }
  return pattern;
}

function keyConditions(selection: KeySelection) {
  const { uploadsPrefix, prefix, sniffAll } = selection;
  if (uploadsPrefix + prefix !== "") return { object: { key: [{ prefix: uploadsPrefix + prefix }] } };
  if (sniffAll) return {};
  return { object: { key: suffixesOf(selection).map((suffix) => ({ suffix: { "equals-ignore-case": suffix } })) } };
}

function keyFilter(key: readonly KeyCondition[]): TopicFilter {
  return { Records: { s3: { object: { key } } } };
}

function suffixesOf({ accepts, suffixes }: KeySelection): string[] {
  const extensions = accepts.flatMap((mediaType) => MEDIA_TYPES[mediaType].extensions.map((it) => `.${it}`));
  return [...new Set((suffixes.length > 0 ? suffixes : extensions).map((suffix) => suffix.toLowerCase()))];
}

function inTopics(text: string): string {
  if (UNRESERVED.test(text)) return text;
  throw new TypeError(
    `Expected letters, digits and . _ ~ / - in prefixes and suffixes, since SNS filters compare keys as S3 encodes them in events, received ${JSON.stringify(text)}. Ingest eventbridge takes others.`,
  );
}

/** SNS compares letters as they are, so each suffix is spelled in the ways that people and cameras do: two, or three if they fit. */
function spellingsOf(suffixes: readonly string[]): string[] {
  const [two, three] = [
    suffixes.flatMap(twoSpellings),
    suffixes.flatMap((it) => [...twoSpellings(it), capitalised(it)]),
  ];
  const spellings = [three, two].map((all) => [...new Set(all)]).find(({ length }) => length <= MAX_PATTERNS);
  if (spellings) return spellings;
  throw new TypeError(
    `Expected suffixes that need at most ${MAX_PATTERNS} patterns, which is what SNS allows in a filter policy on an object's key, received ${suffixes.length} that need ${new Set(two).size}. A prefix, sniffAll or ingest eventbridge does without.`,
  );
}

function twoSpellings(suffix: string): string[] {
  return [suffix, suffix.toUpperCase()];
}

function capitalised(suffix: string): string {
  return suffix.replace(/[a-z]/, (letter) => letter.toUpperCase());
}

import type { IncomingHttpHeaders } from "node:http";
import type { ObjectEntry } from "./object-index.ts";

interface Conditions {
  readonly match: string | undefined;
  readonly noneMatch: string | undefined;
  readonly modifiedSince: string | undefined;
  readonly unmodifiedSince: string | undefined;
}

/** What conditions on a read decide: to go on, that nothing has changed, or that they do not hold. */
export type ReadDecision = "proceed" | "notModified" | "preconditionFailed";

/** The conditions of GetObject and HeadObject. https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html */
export function readConditions(headers: IncomingHttpHeaders): Conditions {
  return {
    match: headers["if-match"],
    noneMatch: headers["if-none-match"],
    modifiedSince: headers["if-modified-since"],
    unmodifiedSince: headers["if-unmodified-since"],
  };
}

/** The conditions on what a copy reads. https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html */
export function copyConditions(headers: IncomingHttpHeaders): Conditions {
  const text = (name: string) => {
    const value = headers[`x-amz-copy-source-if-${name}`];
    return value === undefined ? undefined : String(value);
  };
  return {
    match: text("match"),
    noneMatch: text("none-match"),
    modifiedSince: text("modified-since"),
    unmodifiedSince: text("unmodified-since"),
  };
}

/** A condition on the entity tag hides the one on the time that goes with it (RFC 9110, 13.2.2). */
export function decideRead(conditions: Conditions, entry: ObjectEntry): ReadDecision {
  const { match, noneMatch, modifiedSince, unmodifiedSince } = conditions;
  if (match !== undefined ? !names(match, entry) : isAfter(entry, unmodifiedSince)) return "preconditionFailed";
  if (noneMatch !== undefined) return names(noneMatch, entry) ? "notModified" : "proceed";
  return modifiedSince === undefined || isAfter(entry, modifiedSince) ? "proceed" : "notModified";
}

/** Whether a list of entity tags, or a star, is about this object. */
function names(tags: string, { eTag }: ObjectEntry): boolean {
  return tags.split(",").some((tag) => {
    const text = tag.trim();
    return text === "*" || text.replace(/^W\//, "").replace(/^"|"$/g, "") === eTag;
  });
}

/** Whether the object is newer than a date; one that is none is no condition. */
function isAfter({ lastModified }: ObjectEntry, date: string | undefined): boolean {
  const time = date === undefined ? Number.NaN : Date.parse(date);
  return lastModified.getTime() > time;
}

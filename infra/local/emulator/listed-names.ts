import { encodeEventKey } from "../../event-key.ts";
import { AwsError, notImplemented } from "./aws-error.ts";
import { escapeXml } from "./xml.ts";

type Query = Readonly<Record<string, string>>;

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html */
const MAX_ITEMS = 1000;

/**
 * How a listing writes keys and what is made of them. XML has no form for some characters that keys may hold, so
 * clients ask for `encoding-type=url`, the encoding that events have too.
 */
export function nameWriter({ "encoding-type": encoding }: Query): (name: string) => string {
  if (encoding === undefined || encoding === "") return escapeXml;
  if (encoding !== "url") throw new AwsError("InvalidArgument", "Invalid Encoding Method specified in Request");
  return encodeEventKey;
}

/** An element, or nothing where there is no value. */
export function element(name: string, value: string | number | boolean | undefined): string {
  return value === undefined || value === "" ? "" : `<${name}>${value}</${name}>`;
}

/** How many items a page may have; S3 gives 1,000 to those who ask for more. */
export function readPageSize(query: Query, parameter: string): number {
  const size = Number(query[parameter] ?? MAX_ITEMS);
  if (Number.isInteger(size) && size >= 0) return Math.min(size, MAX_ITEMS);
  throw new AwsError("InvalidArgument", `Provided ${parameter} not an integer or within integer range`);
}

/** A whole answer of S3. */
export function s3Document(root: string, elements: readonly string[]): string {
  const content = elements.filter((text) => text !== "").join("\n");
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root} xmlns="http://s3.amazonaws.com/doc/2006-03-01/">\n${content}\n</${root}>`;
}

/** Throws where a listing would have to leave out what it was asked for. */
export function refuseParameter(query: Query, parameter: string): void {
  if (query[parameter]) throw notImplemented(`the parameter ${parameter} of this listing`);
}

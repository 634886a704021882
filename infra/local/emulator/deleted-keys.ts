import { AwsError, notImplemented } from "./aws-error.ts";
import { escapeXml, unescapeXml } from "./xml.ts";

/** fauxqs reads keys by this expression, and resolves these five entities one after the other. */
const UNSAFE_FOR_FAUXQS = /<\/Key>|&(?:amp|lt|gt|quot|apos);/;

/** The keys that a DeleteObjects request names. */
export function readDeletedKeys(body: string): string[] {
  if (/<(VersionId|ETag|LastModifiedTime|Size)>/.test(body)) throw notImplemented("conditions of DeleteObjects");
  const keys = [...body.matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, key = ""]) => unescapeXml(key));
  if (keys.length === 0 || keys.length > 1000) {
    throw new AwsError("MalformedXML", "The XML you provided was not well-formed or did not validate");
  }
  return keys;
}

/** The keys of a request that `writeDeletedKeys` wrote. */
export function readUnescapedKeys(body: string): string[] {
  return [...body.matchAll(/<Key>([\s\S]*?)<\/Key>/g)].map(([, key = ""]) => key);
}

/** The same request in the only form that fauxqs reads right: without any escape, and without the keys deleted apart. */
export function writeDeletedKeys(keys: readonly string[], body: string): Buffer {
  const safe = keys.filter((key) => !UNSAFE_FOR_FAUXQS.test(key));
  const quiet = isQuiet(body) ? "<Quiet>true</Quiet>" : "";
  return Buffer.from(`<Delete>${quiet}${safe.map((key) => `<Object><Key>${key}</Key></Object>`).join("")}</Delete>`);
}

/** Keys that no form of a request brings to fauxqs. They have to be deleted by a request each. */
export function unsafeKeys(keys: readonly string[]): string[] {
  return keys.filter((key) => UNSAFE_FOR_FAUXQS.test(key));
}

/** The answer to DeleteObjects with keys that were deleted apart. */
export function addDeleted(answer: string, keys: readonly string[], body: string): string {
  if (isQuiet(body)) return answer;
  const elements = keys.map((key) => `<Deleted><Key>${escapeXml(key)}</Key></Deleted>`).join("");
  return answer.replace("</DeleteResult>", () => `${elements}</DeleteResult>`);
}

function isQuiet(body: string): boolean {
  return /<Quiet>true<\/Quiet>/.test(body);
}

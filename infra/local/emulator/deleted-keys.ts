import { AwsError, notImplemented } from "./aws-error.ts";
import { unescapeXml } from "./xml.ts";

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

/** The same request in the only form that fauxqs reads right: without any escape. */
export function writeDeletedKeys(keys: readonly string[], body: string): Buffer {
  const unsafe = keys.find((key) => UNSAFE_FOR_FAUXQS.test(key));
  if (unsafe !== undefined) throw notImplemented(`DeleteObjects of keys with an XML entity in them (${unsafe})`);
  const quiet = /<Quiet>true<\/Quiet>/.test(body) ? "<Quiet>true</Quiet>" : "";
  return Buffer.from(`<Delete>${quiet}${keys.map((key) => `<Object><Key>${key}</Key></Object>`).join("")}</Delete>`);
}

import type { Variant } from "./contract.ts";
import { extensionOf } from "./output-type.ts";

/** Where outputs lie unless a stack says otherwise. */
export const DEFAULT_OUTPUT_KEY = "{transform}/{key}/{variant}{ext}";

/** S3's limit for a key, in bytes of UTF-8 (https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html). */
export const MAX_KEY_BYTES = 1024;

/**
 * The key of one output, from the upload's key and the configuration alone: any page can compute it without asking.
 * @param template text with `{transform}`, `{key}`, `{dir}` (with its trailing slash), `{base}` (the name without
 *   extension), `{ext}` (with its dot) and `{variant}`
 * @param transform the name of the worker, which is that of its transform
 */
export function outputKey(template: string, transform: string, key: string, variant: Variant): string {
  const slash = key.lastIndexOf("/") + 1;
  const name = key.slice(slash);
  const dot = name.lastIndexOf(".");
  // A leading dot begins a hidden file's name, not an extension.
  const base = dot > 0 ? name.slice(0, dot) : name;
  const sourceExtension = name.slice(base.length);
  const parts = new Map([
    ["transform", transform],
    ["key", key],
    ["dir", key.slice(0, slash)],
    ["base", base],
    ["ext", variant.format === "source" ? sourceExtension : `.${extensionOf(variant.format)}`],
    ["variant", variant.name],
  ]);
  // One pass, so that braces in an upload's own name are left alone.
  return template.replace(/\{(\w+)\}/g, (placeholder, name: string) => parts.get(name) ?? placeholder);
}

/** Whether S3 takes the key. */
export function isStorableKey(key: string): boolean {
  return Buffer.byteLength(key) <= MAX_KEY_BYTES;
}

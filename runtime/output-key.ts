import type { Variant } from "./contract.ts";
import { extensionOf } from "./output-type.ts";

/** What a template may name, in braces. */
export const PLACEHOLDERS = ["transform", "key", "dir", "base", "ext", "variant"] as const;

export type Placeholder = (typeof PLACEHOLDERS)[number];

/** A piece of a template: text that stays as it is, or what stands for a part of a key. */
export type TemplatePart = { readonly text: string } | { readonly placeholder: Placeholder };

/** Where outputs lie unless a stack says otherwise. */
export const DEFAULT_OUTPUT_KEY = "{transform}/{key}/{variant}{ext}";

/** S3's limit for a key, in bytes of UTF-8 (https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html). */
export const MAX_KEY_BYTES = 1024;

/**
 * The key of one output, from the upload's key and the configuration alone: any page can compute it without asking. What
 * an upload's own key brings, as `//` or `..`, stays as it is: S3 takes it for text, there as here.
 * @param template text with `{transform}`, `{key}`, `{dir}` (with its trailing slash), `{base}` (the name without
 *   extension), `{ext}` (with its dot) and `{variant}`
 * @param transform the name of the worker
 * @param key of the upload, after the prefix of all uploads
 */
export function outputKey(template: string, transform: string, key: string, variant: Variant): string {
  const { dir, base, ext } = splitKey(key);
  const values: Record<Placeholder, string> = {
    transform,
    key,
    dir,
    base,
    ext: variant.format === "source" ? ext : `.${extensionOf(variant.format)}`,
    variant: variant.name,
  };
  return parseTemplate(template)
    .map((part) => ("text" in part ? part.text : values[part.placeholder]))
    .join("");
}

/** A template's pieces in their order. Throws a `TypeError` that says what is wrong with it. */
export function parseTemplate(template: string): TemplatePart[] {
  const problem = problemOfTemplate(template);
  if (problem) throw new TypeError(problem);
  // What stands between the braces comes at every second place.
  return template
    .split(/\{(\w+)\}/)
    .map((piece, index) => (index % 2 === 0 ? { text: piece } : { placeholder: piece as Placeholder }));
}

/** What is wrong with a template, as a sentence. */
export function problemOfTemplate(template: string): string | undefined {
  const known = PLACEHOLDERS.map((name) => `{${name}}`).join(", ");
  const named = [...template.matchAll(/\{([^{}]*)\}/g)].map(([, name]) => name ?? "");
  const unknown = named.find((name) => !PLACEHOLDERS.some((placeholder) => placeholder === name));
  if (unknown !== undefined)
    return `Expected placeholders of ${known} in an output key, received {${unknown}} in ${template}.`;
  const text = template.replaceAll(/\{\w+\}/g, "\0");
  if (/[{}]/.test(text)) return `Expected braces only around ${known} in an output key, received ${template}.`;
  // Permissions name outputs by the text that they start with, in which these would stand for other text.
  if (/[*?$]/.test(text)) return `Expected an output key without *, ? and $, received ${template}.`;
  if (template.includes("{dir}/"))
    return `Expected no slash after {dir} in an output key, since it ends with its own, received ${template}.`;
  const segments = text.split("/");
  if (segments.includes(""))
    return `Expected text on both sides of each slash in an output key, received ${describe(template)}.`;
  if (segments.includes(".") || segments.includes(".."))
    return `Expected an output key without . and .. between slashes, received ${template}.`;
}

/** The text that the keys of all outputs of a worker start with, after the prefix of all outputs; it may be empty. */
export function literalPrefix(template: string, transform: string): string {
  const parts = parseTemplate(template);
  const varying = parts.findIndex((part) => "placeholder" in part && part.placeholder !== "transform");
  return parts
    .slice(0, varying < 0 ? parts.length : varying)
    .map((part) => ("text" in part ? part.text : transform))
    .join("");
}

/** Whether S3 takes the key. */
export function isStorableKey(key: string): boolean {
  return Buffer.byteLength(key) <= MAX_KEY_BYTES;
}

function splitKey(key: string): { dir: string; base: string; ext: string } {
  const slash = key.lastIndexOf("/") + 1;
  const name = key.slice(slash);
  const dot = name.lastIndexOf(".");
  // A leading dot begins a hidden file's name, not an extension.
  const base = dot > 0 ? name.slice(0, dot) : name;
  return { dir: key.slice(0, slash), base, ext: name.slice(base.length) };
}

function describe(template: string): string {
  return template || "nothing";
}

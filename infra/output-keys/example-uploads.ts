import type { Variant } from "../../runtime/contract.ts";
import { outputKey } from "../../runtime/output-key.ts";
import type { ReadParts } from "./shared-key.ts";

/** What decides on the keys of a worker's outputs. */
export interface KeyedWorker {
  readonly name: string;
  /** See `outputKey`. */
  readonly template: string;
  /** Whether outputs of several uploads may have one key. */
  readonly flatten: boolean;
  /** What the keys of its uploads start with, after the prefix of all uploads. */
  readonly prefix: string;
  readonly variants: readonly Variant[];
}

/** One output of each upload. */
export interface Keyed {
  readonly worker: KeyedWorker;
  readonly variant: Variant;
}

/** An upload whose output has the key, or `undefined` if the parts don't fit together. */
export function uploadOf(
  { worker, variant }: Keyed,
  key: string,
  { key: whole, dir, base = "a", ext }: ReadParts,
  hasExtension: boolean,
): string | undefined {
  const upload = whole ?? `${dir ?? worker.prefix}${base}${ext ?? (hasExtension ? ".jpg" : "")}`;
  const fits = upload.startsWith(worker.prefix) && outputKey(worker.template, worker.name, upload, variant) === key;
  return fits ? upload : undefined;
}

/** Two uploads that get one key, of a few that people could have. */
export function exampleWithin({ worker: { template, name, prefix }, variant }: Keyed): string {
  const keys = ["", "a/", "b/"].flatMap((dir) => ["a.jpg", "a.png", "a"].map((file) => `${prefix}${dir}${file}`));
  const firsts = new Map<string, string>();
  for (const upload of keys) {
    const key = outputKey(template, name, upload, variant);
    const first = firsts.get(key);
    if (first !== undefined) return `, which gives ${key} to ${variant.name} of both ${first} and ${upload}`;
    firsts.set(key, upload);
  }
  return ", which may give one to several";
}

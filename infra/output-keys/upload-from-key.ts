import type { Variant } from "../../runtime/contract.ts";
import type { Placeholder, TemplatePart } from "../../runtime/output-key.ts";

/**
 * Whether a template's keys tell for certain which upload each is of. As soon as the upload's folders are in it, the number
 * of slashes in a key tells how deep the upload lies, and so what each text between two slashes is made of; these are solved
 * one by one. A template of which this can't be said may still tell its uploads apart.
 */
export function tellsUploads(parts: readonly TemplatePart[], { format }: Variant): boolean {
  // Of folders further down, each stands alone between two slashes, so that more of them change nothing.
  return [0, 1].every((depth) => isSolvable(segmentsOf(parts, format, depth), depth));
}

/** A part of an upload's key that has no slash: a folder, the name, and what that is made of. */
type Unknown = `folder ${number}` | "name" | "base" | "ext";

const BREAK = "/";

/** What is unknown between each two slashes of a key, for an upload in so many folders. */
function segmentsOf(parts: readonly TemplatePart[], format: Variant["format"], depth: number): Unknown[][] {
  const folders = Array.from({ length: depth }, (_, index) => [`folder ${index}`, BREAK] as const).flat();
  const pieces: Readonly<Record<Placeholder, readonly (Unknown | typeof BREAK)[]>> = {
    key: [...folders, "name"],
    dir: folders,
    base: ["base"],
    ext: format === "source" ? ["ext"] : [],
    transform: [],
    variant: [],
  };
  const segments: Unknown[][] = [[]];
  for (const part of parts) {
    for (const piece of "text" in part ? part.text.replace(/[^/]/g, "") : pieces[part.placeholder]) {
      if (piece === BREAK) segments.push([]);
      else segments.at(-1)?.push(piece as Unknown);
    }
  }
  return segments;
}

function isSolvable(segments: readonly Unknown[][], depth: number): boolean {
  const solved = new Set<Unknown>();
  for (let before = -1; before < solved.size; ) {
    before = solved.size;
    for (const segment of segments) {
      const left = segment.filter((unknown) => !solved.has(unknown));
      if (isDetermined(left)) for (const unknown of left) solved.add(unknown);
    }
    if (solved.has("name")) solved.add("base").add("ext");
    if (solved.has("base") && solved.has("ext")) solved.add("name");
  }
  // The folders, the name, and its two parts.
  return solved.size === depth + 3;
}

/**
 * Whether a text made of known text and these unknown ones has only one solution. One unknown has as many characters as are
 * left for it. A base and, behind it, its extension have one too, whatever stands between: an extension has the last dot of
 * all, and without one the base has no dot but a leading one, so that no part of the base can pass for an extension. The
 * same goes for a whole name in place of the base.
 */
function isDetermined(unknowns: readonly Unknown[]): boolean {
  return new Set(unknowns).size === 1 || ["base ext", "name ext"].includes(unknowns.join(" "));
}

import picomatch from "picomatch";
import type { Selection } from "./settings.ts";

/** Tells why an upload is not one of a worker's, as a sentence; `undefined` if it is one. */
export type Select = (key: string) => string | undefined;

/** How globs are read: nothing is special but `*`, `**`, `?`, `{a,b}` and a backslash before these, and a leading dot is a character like others. */
const GLOB = { windows: false, dot: true, nonegate: true, noextglob: true, nobracket: true, flags: "s" } as const;

/**
 * Makes a selection ready for many keys. Filters before the queue only spare messages; what a worker works on is decided
 * here alone.
 * @returns a function of keys below the prefix of all uploads
 */
export function selector({ prefix, suffixes, include, exclude }: Selection): Select {
  const endings = suffixes.map((suffix) => suffix.toLowerCase());
  const included = include.map(matcher);
  const excluded = exclude.map((glob) => [glob, matcher(glob)] as const);
  return (key) => {
    if (!key.startsWith(prefix)) return `Its key does not start with ${prefix}.`;
    const lowerCase = key.toLowerCase();
    if (endings.length > 0 && !endings.some((ending) => lowerCase.endsWith(ending)))
      return `Its key does not end with ${suffixes.join(", ")}.`;
    if (included.length > 0 && !included.some((matches) => matches(key)))
      return `Its key does not match ${include.join(", ")}.`;
    const [against] = excluded.find(([, matches]) => matches(key)) ?? [];
    if (against !== undefined) return `Its key matches ${against}, which is excluded.`;
  };
}

function matcher(glob: string): (key: string) => boolean {
  const matches = picomatch(asNames(withoutGroups(glob)), GLOB);
  return (key) => matches(asNames(key));
}

/** Copies of files have parentheses in their names; picomatch takes them for those of a regular expression. */
function withoutGroups(glob: string): string {
  return glob.replaceAll(/\\.|[()|]/gs, (found) => (found.length > 1 ? found : `\\${found}`));
}

/** In a key, `.` and `..` between slashes are names like others; picomatch takes them for folders, which match nothing. */
function asNames(text: string): string {
  return text.replaceAll(/(?<=^|\/)\.{1,2}(?=\/|$)/g, (dots) => dots.replaceAll(".", "\u2024"));
}

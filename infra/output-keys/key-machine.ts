import type { Variant } from "../../runtime/contract.ts";
import type { Placeholder, TemplatePart } from "../../runtime/output-key.ts";
import { extensionOf } from "../../runtime/output-type.ts";

/**
 * Reads a text character by character, and knows after each whether the text so far is one of those that it stands for. A
 * text is none of them, however it goes on, once there is no next state.
 */
export interface Machine {
  /** The part of an upload's key that the text is, if it is one. */
  readonly part?: Placeholder;
  readonly start: number;
  readonly next: (state: number, character: string) => number | undefined;
  readonly accepts: (state: number) => boolean;
  /** The characters that it tells apart. */
  readonly letters: string;
}

/** Whose outputs a template's keys are. */
export interface KeyOwner {
  readonly name: string;
  readonly variant: Variant;
  /** What the keys of its uploads start with. */
  readonly prefix: string;
  /** Whether the names of its uploads have an extension. */
  readonly hasExtension: boolean;
}

/**
 * Machines for a template's parts, one after the other: together they read at least every key that the template gives. Parts
 * that come from one upload are read as if each came from another, but for whether it has an extension.
 */
export function keyMachines(parts: readonly TemplatePart[], owner: KeyOwner): Machine[] {
  return parts.flatMap((part) => ("text" in part ? [literal(part.text)] : MACHINES[part.placeholder](owner)));
}

const MACHINES: Readonly<Record<Placeholder, (owner: KeyOwner) => Machine[]>> = {
  transform: ({ name }) => [literal(name)],
  variant: ({ variant }) => [literal(variant.name)],
  key: ({ prefix, hasExtension }) => [
    literal(prefix, "key"),
    {
      part: "key",
      start: [...prefix].reduce(nextInName, NameState.Start),
      next: nextInName,
      accepts: (state) => isName(state, hasExtension),
      letters: "/.",
    },
  ],
  dir: ({ prefix }) => [
    literal(prefix.slice(0, prefix.lastIndexOf("/") + 1), "dir"),
    {
      part: "dir",
      start: 0,
      next: (_, character) => (character === "/" ? 0 : 1),
      accepts: (state) => state === 0,
      letters: "/",
    },
  ],
  base: ({ hasExtension }) => [
    {
      part: "base",
      start: NameState.Start,
      next: (state, character) => (character === "/" ? undefined : nextInName(state, character)),
      accepts: (state) => (hasExtension ? state !== NameState.Start : isName(state, false)),
      letters: "/.",
    },
  ],
  ext: ({ variant, hasExtension }) => {
    if (variant.format !== "source") return [literal(`.${extensionOf(variant.format)}`)];
    return hasExtension ? [EXTENSION] : [];
  },
};

/** How far the name at the end of a key has come. */
const NameState = { Start: 0, LeadingDot: 1, Plain: 2, Dotted: 3 } as const;

function nextInName(state: number, character: string): number {
  if (character === "/") return NameState.Start;
  if (character === ".") return state === NameState.Start ? NameState.LeadingDot : NameState.Dotted;
  return state === NameState.Dotted ? NameState.Dotted : NameState.Plain;
}

function isName(state: number, hasExtension: boolean): boolean {
  return hasExtension ? state === NameState.Dotted : state === NameState.LeadingDot || state === NameState.Plain;
}

/** A dot, and no further dot or slash. */
const EXTENSION: Machine = {
  part: "ext",
  start: 0,
  next: (state, character) => {
    if (state === 0) return character === "." ? 1 : undefined;
    return character === "." || character === "/" ? undefined : 1;
  },
  accepts: (state) => state === 1,
  letters: "/.",
};

function literal(text: string, part?: Placeholder): Machine {
  return {
    ...(part && { part }),
    start: 0,
    next: (state, character) => (text[state] === character ? state + 1 : undefined),
    accepts: (state) => state === text.length,
    letters: text,
  };
}

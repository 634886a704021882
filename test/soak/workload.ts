import type { FaultKind } from "../../infra/local/faults/fault-kinds.ts";
import { type Random, seededRandom } from "../support/random.ts";
import { CHEAP_FORMATS, type CheapFormat, draw, FATAL_SIDES } from "./drawing.ts";

/** One thing that someone does to an upload. */
export type Step =
  | { readonly does: "put"; readonly body: () => Promise<Buffer>; readonly pauseMs: number }
  | { readonly does: "remove"; readonly pauseMs: number };

/** All that is done to one key, in its order. */
export interface Story {
  readonly key: string;
  /** Whether others change the upload while workers read it. Each is told alone, before all others. */
  readonly contested?: boolean;
  readonly steps: readonly Step[];
}

/** What names may contain, and what is easily spoilt on the way through addresses, events and headers. */
const ODD_NAMES = [
  "a b",
  "a+b",
  "100%",
  "%20",
  "été",
  "日本",
  "🐈",
  "q?x=1",
  "a&b",
  "it's",
  '"',
  "(1)",
  "#1",
  "a=b,c;d",
  "~",
  "@$!",
  "a//b",
  "*",
];

const LONGEST_PAUSE_MS = 400;

type Tell = (given: { random: Random; format: CheapFormat }) => Step[];

/** What keys go through, each with how common it is. */
const STORIES: readonly (readonly [weight: number, tell: Tell])[] = [
  [40, (given) => [put(given)]],
  [14, (given) => Array.from({ length: given.random.integer(2, 8) }, () => put(given))],
  [8, (given) => [put(given), remove(given)]],
  [8, (given) => [put(given), remove(given), put(given)]],
  [8, (given) => again(given)],
  [5, (given) => [put(given, "corrupt")]],
  [3, (given) => [put(given), put(given, "corrupt")]],
  [3, (given) => [put(given, "corrupt"), put(given)]],
  [4, (given) => [put(given, "empty")]],
  [3, (given) => [put(given), put(given, "empty")]],
  [4, (given) => [put(given, "text")]],
];

/** So many uploads, some of which replace others; the seed decides everything. */
export function writeWorkload({
  uploads,
  seed,
  faults,
}: {
  uploads: number;
  seed: number;
  faults: ReadonlySet<FaultKind>;
}): Story[] {
  const random = seededRandom(seed);
  const stories: Story[] = [...contestedStories(uploads, random), ...fatalStories({ uploads, random, faults })];
  let left = uploads - stories.length;
  while (left > 0) {
    const format = random.pick(Object.keys(CHEAP_FORMATS) as CheapFormat[]);
    const steps = upTo(left, tellOne(random)({ random, format }));
    left -= steps.filter(({ does }) => does === "put").length;
    stories.push({ key: keyOf(stories.length, random, format), steps });
  }
  return stories;
}

/** Where uploads lie that others change while workers read them. */
export const CONTESTED_FOLDER = "contested/";

const CONTESTED = { share: 0.005, atLeast: 3, atMost: 50 };

/**
 * While there is nothing else to do, what changes an upload is worked on at once, by another process than the one that still
 * has the old bytes; later it would wait for its turn, and mend what the old bytes did.
 */
function contestedStories(uploads: number, random: Random): Story[] {
  const count = Math.min(uploads, CONTESTED.atMost, Math.max(CONTESTED.atLeast, Math.round(CONTESTED.share * uploads)));
  return Array.from({ length: count }, (_, index) => ({
    key: `${CONTESTED_FOLDER}${index}.png`,
    contested: true,
    steps: [put({ random, format: "png" })],
  }));
}

/** Each takes its function as long as thousands of others. */
const MOST_FATAL = 5;

/** Sources that end their function's process each time, few enough to leave time for the others. */
function fatalStories({
  uploads,
  random,
  faults,
}: {
  uploads: number;
  random: Random;
  faults: ReadonlySet<FaultKind>;
}): Story[] {
  return Object.entries(FATAL_SIDES).flatMap(([kind, side]) => {
    if (!faults.has(kind as FaultKind)) return [];
    return Array.from({ length: Math.min(MOST_FATAL, Math.ceil(uploads / 1_000)) }, (_, index) => ({
      key: `${kind}-${index}.png`,
      steps: [{ does: "put" as const, body: () => draw(seededRandom(index), "png", side), pauseMs: pause(random) }],
    }));
  });
}

function tellOne(random: Random): Tell {
  const lots = STORIES.flatMap(([weight, tell]) => Array<Tell>(weight).fill(tell));
  return random.pick(lots);
}

function again(given: { random: Random; format: CheapFormat }): Step[] {
  const [first, second] = [put(given), put(given)];
  return [first, second, first];
}

type Condition = "whole" | "corrupt" | "empty" | "text";

function put({ random, format }: { random: Random; format: CheapFormat }, condition: Condition = "whole"): Step {
  const seed = random.integer(0, 2 ** 31);
  return { does: "put", pauseMs: pause(random), body: () => bodyOf(condition, seededRandom(seed), format) };
}

function remove({ random }: { random: Random }): Step {
  return { does: "remove", pauseMs: pause(random) };
}

async function bodyOf(condition: Condition, random: Random, format: CheapFormat): Promise<Buffer> {
  if (condition === "empty") return Buffer.alloc(0);
  if (condition === "text") return Buffer.from(`This is no image, but text number ${random.integer(0, 1e9)}.\n`);
  const whole = await draw(random, format);
  return condition === "corrupt" ? whole.subarray(0, Math.floor(whole.length * 0.6)) : whole;
}

/** Mostly at once: only what is quick overlaps with the work on what was there before. */
function pause(random: Random): number {
  return random.chance(0.6) ? 0 : random.integer(0, LONGEST_PAUSE_MS);
}

function keyOf(number: number, random: Random, format: CheapFormat): string {
  const folder = random.chance(0.3) ? `album ${random.integer(1, 5)}/` : "";
  const name = random.chance(0.25) ? `${random.pick(ODD_NAMES)} ${number}` : String(number);
  return `${folder}${name}.${CHEAP_FORMATS[format]}`;
}

function upTo(puts: number, steps: readonly Step[]): Step[] {
  let left = puts;
  return steps.filter(({ does }) => does === "remove" || left-- > 0);
}

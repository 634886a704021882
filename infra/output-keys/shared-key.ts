import type { Placeholder } from "../../runtime/output-key.ts";
import type { Machine } from "./key-machine.ts";

/** What the parts of an upload's key are, as far as its output's key tells. */
export type ReadParts = Partial<Record<Placeholder, string>>;

/** A text that two sequences of machines read, and what each takes its pieces for. */
export interface SharedKey {
  readonly key: string;
  readonly parts: readonly [ReadParts, ReadParts];
}

/** Where a sequence of machines stands: at a machine, in one of its states. */
interface Place {
  readonly machine: number;
  readonly state: number;
}

interface Step {
  readonly places: readonly [Place, Place];
  /** The steps before, the last one first. */
  readonly before?: Step;
  /** What was read to come here; nothing to go on to the next machine. */
  readonly character: string;
}

/** A shortest text that both sequences read to their ends, or `undefined` if there is none: all pairs of places are tried. */
export function sharedKey(one: readonly Machine[], other: readonly Machine[]): SharedKey | undefined {
  const characters = alphabet([...one, ...other]);
  const first: Step = { places: [placeAt(one, 0), placeAt(other, 0)], character: "" };
  const seen = new Set([nameOf(first)]);
  const steps = [first];
  for (const step of steps) {
    if (isAtEnd(one, step.places[0]) && isAtEnd(other, step.places[1])) return readBack(one, other, step);
    for (const next of nextSteps(one, other, step, characters)) {
      if (seen.has(nameOf(next))) continue;
      seen.add(nameOf(next));
      steps.push(next);
    }
  }
}

function* nextSteps(one: readonly Machine[], other: readonly Machine[], before: Step, characters: readonly string[]) {
  const [here, there] = before.places;
  for (const place of skips(one, here)) yield { places: [place, there], before, character: "" } as const;
  for (const place of skips(other, there)) yield { places: [here, place], before, character: "" } as const;
  for (const character of characters) {
    const [place] = reads(one, here, character);
    const [otherPlace] = reads(other, there, character);
    if (place && otherPlace) yield { places: [place, otherPlace], before, character } as const;
  }
}

/** The next machine's start, if this machine may end here. */
function skips(machines: readonly Machine[], { machine, state }: Place): Place[] {
  return machines[machine]?.accepts(state) ? [placeAt(machines, machine + 1)] : [];
}

function reads(machines: readonly Machine[], { machine, state }: Place, character: string): Place[] {
  const next = machines[machine]?.next(state, character);
  return next === undefined ? [] : [{ machine, state: next }];
}

function placeAt(machines: readonly Machine[], machine: number): Place {
  return { machine, state: machines[machine]?.start ?? 0 };
}

function isAtEnd(machines: readonly Machine[], { machine }: Place): boolean {
  return machine === machines.length;
}

function nameOf({ places }: Step): string {
  return places.map(({ machine, state }) => `${machine}:${state}`).join(" ");
}

/** One character stands for all that no machine tells apart. */
function alphabet(machines: readonly Machine[]): string[] {
  const letters = new Set(machines.flatMap(({ letters }) => letters.split("")));
  for (let code = "a".charCodeAt(0); ; code++) {
    const other = String.fromCharCode(code);
    if (!letters.has(other)) return [other, ...letters];
  }
}

function readBack(one: readonly Machine[], other: readonly Machine[], last: Step): SharedKey {
  const steps: Step[] = [];
  for (let step: Step | undefined = last; step; step = step.before) steps.unshift(step);
  const partsOf = (machines: readonly Machine[], side: 0 | 1) => {
    const parts: ReadParts = {};
    for (const { places, character } of steps) {
      const part = machines[places[side].machine]?.part;
      if (part) parts[part] = (parts[part] ?? "") + character;
    }
    return parts;
  };
  return { key: steps.map(({ character }) => character).join(""), parts: [partsOf(one, 0), partsOf(other, 1)] };
}

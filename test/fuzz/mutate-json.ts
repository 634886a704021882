import type { Random } from "../support/random.ts";

/** Values that nobody expects where they come. */
const ODD_VALUES: readonly ((random: Random) => unknown)[] = [
  () => null,
  () => true,
  (random) => random.pick([0, -1, 1e308, 0.5, Number.MAX_SAFE_INTEGER, -0]),
  () => "",
  () => [],
  () => ({}),
  () => [[[]]],
  (random) => "x".repeat(random.integer(1, 3_000)),
  (random) =>
    random.pick(["%", "%zz", "%E0%A4%A", "a%00b", "+", "/", "//", "../..", "\ud800", "\u0000", "é", "__proto__"]),
  (random) => "[".repeat(random.integer(1, 500)),
  () => ({ Records: [{}] }),
  () => "s3:TestEvent",
];

const DEEPEST = 20_000;

type Path = readonly (string | number)[];

/** The text of an event of which one to four things are wrong, or that is no JSON any more. */
export function mutateJson(text: string, random: Random): string {
  let value: unknown = JSON.parse(text);
  for (let count = random.integer(1, 4); count > 0; count--) value = changeOne(value, random);
  const written = JSON.stringify(value) ?? "";
  if (random.chance(0.1)) return nest(written, random);
  return random.chance(0.2) ? damageText(written, random) : written;
}

function changeOne(value: unknown, random: Random): unknown {
  const path = random.pick(pathsOf(value));
  const odd = random.pick(ODD_VALUES)(random);
  return changeAt(value, path, (found) => {
    if (typeof found === "string" && found.startsWith("{") && random.chance(0.7)) return mutateInner(found, random);
    if (Array.isArray(found) && random.chance(0.5)) return [...found, ...found, odd];
    return random.chance(0.15) ? undefined : odd;
  });
}

/** An envelope holds text that is JSON again. */
function mutateInner(text: string, random: Random): string {
  try {
    return mutateJson(text, random);
  } catch {
    return damageText(text, random);
  }
}

function pathsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== "object" || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([name, child]) => pathsOf(child, [...path, name]))];
}

function changeAt(value: unknown, [name, ...rest]: Path, change: (value: unknown) => unknown): unknown {
  if (name === undefined) return change(value);
  if (Array.isArray(value))
    return value.map((item, index) => (String(index) === name ? changeAt(item, rest, change) : item));
  const object = value as Record<string, unknown>;
  return { ...object, [name]: changeAt(object[name], rest, change) };
}

function nest(text: string, random: Random): string {
  const depth = random.integer(1, DEEPEST);
  return random.chance(0.5)
    ? `${"[".repeat(depth)}${text}${"]".repeat(depth)}`
    : `${'{"Records":'.repeat(depth)}${text || "0"}${"}".repeat(depth)}`;
}

function damageText(text: string, random: Random): string {
  const at = random.integer(0, text.length);
  const length = random.integer(0, 10);
  return random.pick([
    text.slice(0, at),
    text.slice(0, at) + text.slice(at + length),
    text.slice(0, at) + String.fromCharCode(random.integer(0, 0xffff)) + text.slice(at),
    text.slice(at) + text.slice(0, at),
  ]);
}

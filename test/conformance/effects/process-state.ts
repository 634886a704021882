/** What belongs to the whole process, by its name. */
type ProcessState = ReadonlyMap<string, unknown>;

const BUILT_IN = {
  Array,
  ArrayBuffer,
  Buffer,
  Date,
  Error,
  Function,
  Map,
  Number,
  Object,
  Promise,
  Set,
  String,
  Uint8Array,
};

/** Tells what of the whole process has changed when it is stopped. */
export function watchProcessState(): () => string[] {
  const before = readState();
  return () => {
    const after = readState();
    return [...new Set([...before.keys(), ...after.keys()])].filter((name) =>
      isChanged(before.get(name), after.get(name)),
    );
  };
}

function readState(): ProcessState {
  return new Map<string, unknown>([
    ["the working directory", process.cwd()],
    ...Object.entries(process.env).map(([name, value]) => [`the environment variable ${name}`, value] as const),
    ...process.eventNames().map((name) => [`listeners to ${String(name)}`, process.listenerCount(name)] as const),
    ...properties("", globalThis),
    ...Object.entries(BUILT_IN).flatMap(([name, type]) => properties(`${name}.prototype.`, type.prototype)),
    ...Object.entries(BUILT_IN).flatMap(([name, type]) => properties(`${name}.`, type)),
  ]);
}

/** Accessors count as what they are, so that looking does not load what Node loads at the first use. */
function properties(owner: string, object: object): (readonly [string, unknown])[] {
  return Object.entries(Object.getOwnPropertyDescriptors(object)).map(([name, { get, value }]) => [
    `${owner}${name}`,
    get ? LAZY : value,
  ]);
}

const LAZY = Symbol("an accessor");

/** What an accessor gave at its first use is no change. */
function isChanged(before: unknown, after: unknown): boolean {
  return before !== LAZY && !Object.is(before, after);
}

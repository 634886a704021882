import { TEXT_KEYS } from "./stack-schema.ts";

const NAMESPACE = "image-machine:";

/** The stack's own keys, each value as what its text says. */
export function rawSettings(config: Readonly<Record<string, string>>): Readonly<Record<string, unknown>> {
  const own = Object.entries(config).filter(([key]) => key.startsWith(NAMESPACE));
  return Object.fromEntries(own.map(([key, value]) => rawSetting(key.slice(NAMESPACE.length), value)));
}

function rawSetting(key: string, value: string): [string, unknown] {
  if (TEXT_KEYS.includes(key)) return [key, value];
  try {
    return [key, JSON.parse(value)];
  } catch {
    // Of an unknown key, or of the wrong kind: the schema says so.
    return [key, value];
  }
}

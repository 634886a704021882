import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Transform } from "./contract.ts";
import { messageOf } from "./errors.ts";
import { problemOfName, problemOfTransform } from "./transform-problems.ts";

/** A transform under its name. */
export interface RegisteredTransform {
  readonly name: string;
  readonly transform: Transform;
}

/** Transforms by name. */
export class Registry {
  readonly #transforms = new Map<string, Transform>();

  /** Adds a transform. Throws a `TypeError` that names it and says what is wrong with it. */
  register(name: string, transform: unknown): this {
    const problem = problemOfName(name) ?? problemOfTransform(name, transform);
    if (problem) throw new TypeError(`transforms/${name}.ts is not a transform. ${problem}`);
    if (this.#transforms.has(name)) throw new TypeError(`transforms/${name}.ts is registered twice.`);
    this.#transforms.set(name, transform as Transform);
    return this;
  }

  get(name: string): Transform {
    const transform = this.#transforms.get(name);
    if (!transform) throw new TypeError(`Expected a transform of ${this.names().join(", ")}, received ${name}.`);
    return transform;
  }

  names(): string[] {
    return [...this.#transforms.keys()];
  }

  entries(): RegisteredTransform[] {
    return [...this.#transforms].map(([name, transform]) => ({ name, transform }));
  }
}

/**
 * A registry of every file in a folder, in the order of their names. A file that is not a valid transform is an error
 * that names it and says what is wrong.
 */
export async function readTransforms(folder: string): Promise<Registry> {
  const registry = new Registry();
  for (const file of (await readdir(folder)).sort()) {
    if (!file.endsWith(".ts")) throw new TypeError(`Expected only TypeScript files in transforms/, received ${file}.`);
    registry.register(file.slice(0, -".ts".length), await importDefault(join(folder, file), file));
  }
  return registry;
}

async function importDefault(path: string, file: string): Promise<unknown> {
  try {
    const module: { default?: unknown } = await import(pathToFileURL(path).href);
    return module.default;
  } catch (cause) {
    throw new TypeError(`transforms/${file} can't be loaded: ${messageOf(cause)}`, { cause });
  }
}

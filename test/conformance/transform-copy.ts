import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

type Change = readonly [text: string, by: string];

/** Files of transforms outside of the project, each a shipped one with some of its text replaced. */
export interface TransformCopies extends AsyncDisposable {
  /** The path of a copy. Throws if the shipped transform lacks a text that is to be replaced. */
  write(name: string, of: string, changes: readonly Change[]): Promise<string>;
}

export async function copyTransforms(): Promise<TransformCopies> {
  const folder = await mkdtemp(join(tmpdir(), "transforms-"));
  return {
    async write(name, of, changes) {
      const original = await readFile(new URL(`../../transforms/${of}.ts`, import.meta.url), "utf8");
      const contract: Change = [
        '"../runtime/contract.ts"',
        JSON.stringify(import.meta.resolve("../../runtime/contract.ts")),
      ];
      const text = [contract, ...changes].reduce((before, [part, by]) => {
        if (!before.includes(part)) throw new Error(`Expected ${of} to contain ${part}.`);
        return before.replace(part, () => by);
      }, original);
      const file = join(folder, `${name}.ts`);
      await writeFile(file, text);
      return file;
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

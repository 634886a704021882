import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { measureAll } from "./measure-all.ts";

/** Below the project's folder. */
const FILE = join("infra", "estimate", "measured.json");

/** Measures all transforms of a project, and writes the times to the file that estimates read. */
export async function keepMeasured(
  projectFolder: string,
  repetitions: number,
  print: (line: string) => void,
): Promise<void> {
  const measured = await measureAll(join(projectFolder, "transforms"), repetitions, (name, times) => {
    const shown = times.map(
      ({ megapixels, cpuSeconds }) => `${(cpuSeconds * 1000).toFixed(1)} ms for ${megapixels} megapixels`,
    );
    print(`${name.padEnd(12)} ${shown.join(", ")}`);
  });
  await writeFile(join(projectFolder, FILE), `${JSON.stringify(measured, null, 2)}\n`);
  print(`Kept in ${FILE}.`);
}

import { execFile } from "node:child_process";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";

/** Imports a module and prints the native libraries that this brought into the process. */
const SCRIPT = `
  await import(process.argv[1]);
  process.report.excludeNetwork = true;
  console.log(JSON.stringify(process.report.getReport().sharedObjects));
`;

/** The native library of sharp that importing a file loads, or `undefined`. Asks a process of its own, since this one may have it. */
export async function sharpLoadedBy(file: string): Promise<string | undefined> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    ...["--import", import.meta.resolve("tsx")],
    ...["--input-type=module", "--eval", SCRIPT, pathToFileURL(file).href],
  ]);
  const libraries: string[] = JSON.parse(stdout);
  return libraries.find((library) => /sharp|libvips/.test(library));
}

import path, { type PlatformPath } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder that holds Pulumi.yaml. */
export const PROJECT_ROOT = fileURLToPath(new URL("..", import.meta.url));

/** Where a program runs, and how paths are written there. */
interface Host {
  readonly projectFolder: string;
  readonly workingFolder: string;
  readonly paths: Pick<PlatformPath, "isAbsolute" | "join" | "relative">;
}

/**
 * A path of the project as Pulumi's archives take it: relative to the program's working directory, which is where its main
 * file lies under the CLI. So no machine's own paths get into a stack's state.
 */
export function archivePath(
  folder: string,
  { projectFolder, workingFolder, paths }: Host = {
    projectFolder: PROJECT_ROOT,
    workingFolder: process.cwd(),
    paths: path,
  },
): string {
  const absolute = paths.isAbsolute(folder) ? folder : paths.join(projectFolder, folder);
  return paths.relative(workingFolder, absolute).replaceAll("\\", "/");
}

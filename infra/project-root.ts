import { isAbsolute, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder that holds Pulumi.yaml. */
export const PROJECT_ROOT = fileURLToPath(new URL("..", import.meta.url));

/**
 * A path of the project as Pulumi's archives take it: relative to the program's working directory, which is where its main
 * file lies under the CLI. So no machine's own paths get into a stack's state.
 */
export function archivePath(path: string): string {
  const absolute = isAbsolute(path) ? path : join(PROJECT_ROOT, path);
  return relative(process.cwd(), absolute).replaceAll("\\", "/");
}

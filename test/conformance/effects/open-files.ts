import { readdirSync, readlinkSync } from "node:fs";

/** A file descriptor each; there on Linux. */
const DESCRIPTORS = "/proc/self/fd";

/** Tells which files are open when it is stopped that were not before. */
export function watchOpenFiles(): () => string[] {
  const before = openFiles();
  return () => [...openFiles()].filter(([id, path]) => before.get(id) !== path).map(([, path]) => `open file ${path}`);
}

function openFiles(): Map<string, string> {
  return new Map(
    listing()
      .map((id) => [id, target(id)] as const)
      .filter(([, path]) => isFile(path)),
  );
}

function listing(): string[] {
  try {
    return readdirSync(DESCRIPTORS);
  } catch {
    return [];
  }
}

function target(id: string): string {
  try {
    return readlinkSync(`${DESCRIPTORS}/${id}`);
  } catch {
    // The one that the listing itself was read through.
    return "";
  }
}

/** Pipes, sockets and devices are not what a transform forgets to close. */
function isFile(path: string): boolean {
  return path.startsWith("/") && !/^\/(dev|proc|sys)\//.test(path);
}

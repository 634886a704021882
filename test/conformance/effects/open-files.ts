import { readdirSync, readlinkSync } from "node:fs";
import { setTimeout } from "node:timers/promises";

/** A file descriptor each; there on Linux. */
const DESCRIPTORS = "/proc/self/fd";

/** What Node itself opens meanwhile, certificates for example, it closes within the last of these. */
const GRACE_MS = [10, 100, 500];

/** Tells which files are open when it is stopped that were not before. */
export function watchOpenFiles(): () => Promise<string[]> {
  const before = openFiles();
  const opened = () => [...openFiles()].filter(([id, path]) => before.get(id) !== path);
  return async () => {
    for (const wait of GRACE_MS) {
      if (opened().length > 0) await setTimeout(wait);
    }
    return opened().map(([, path]) => `open file ${path}`);
  };
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

import { watch } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";

/** Editors save in several steps: this long nothing more must happen. */
const QUIET_MS = 60;

export interface Watch {
  /** Resolves when the last call has ended. */
  close(): Promise<void>;
}

/**
 * Calls `onChange` with the files of a project's folders that changed, by their paths from the project with slashes. One call at
 * a time: what changes during one is told by the next.
 */
export function watchFiles(
  projectFolder: string,
  folders: readonly string[],
  onChange: (files: readonly string[]) => Promise<void>,
): Watch {
  const changed = new Set<string>();
  let lastChange = 0;
  let working: Promise<void> | undefined;
  let closed = false;

  const watchers = folders.map((folder) =>
    watch(join(projectFolder, folder), { recursive: true }, (_, name) => {
      // Drafts and backups of editors are no sources.
      if (!name?.endsWith(".ts")) return;
      changed.add(`${folder}/${name.replaceAll("\\", "/")}`);
      lastChange = Date.now();
      working ??= work().finally(() => {
        working = undefined;
      });
      // A folder that is gone is nothing to watch.
    }).on("error", () => {}),
  );
  return {
    close: async () => {
      closed = true;
      for (const watcher of watchers) watcher.close();
      await working;
    },
  };

  async function work(): Promise<void> {
    while (changed.size > 0 && !closed) {
      const rest = lastChange + QUIET_MS - Date.now();
      if (rest > 0) {
        await setTimeout(rest);
        continue;
      }
      const files = [...changed].sort();
      changed.clear();
      await onChange(files);
    }
  }
}

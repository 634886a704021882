import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { MessageJournal } from "./message-journal.ts";
import { ObjectFiles } from "./object-files.ts";

/** What a machine keeps between its runs. */
export interface MachineState {
  readonly messages: MessageJournal;
  readonly objects: ObjectFiles;
  close(): void;
}

/** Another machine has the state open. */
export class StateInUseError extends Error {
  override readonly name = "StateInUseError";
}

/** https://www.sqlite.org/rescode.html#busy */
const SQLITE_BUSY = 5;

/**
 * Opens the state in a folder, or begins one. It belongs to one process at a time: SQLite's exclusive lock is the operating
 * system's, which takes it back however the process ends, so no lock is ever stale. Throws a `StateInUseError`.
 *
 * Every change is with the operating system before it is answered, so a killed process loses nothing. Nothing waits for the
 * disk itself: a power cut may cost the last changes, though not the rest.
 */
export function openState(folder: string): MachineState {
  mkdirSync(folder, { recursive: true });
  const database = openDatabase(join(folder, "state.sqlite"));
  const drafts = join(folder, "drafts");
  // What a killed process was writing.
  rmSync(drafts, { recursive: true, force: true });
  mkdirSync(drafts);
  return {
    messages: new MessageJournal(database),
    objects: new ObjectFiles(database, { buckets: join(folder, "buckets"), drafts }),
    close: () => database.close(),
  };
}

function openDatabase(file: string): DatabaseSync {
  const database = new DatabaseSync(file, { timeout: 0 });
  try {
    database.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;");
    // The lock is taken with the first write.
    database.exec("BEGIN EXCLUSIVE; PRAGMA user_version = 1; COMMIT;");
    return database;
  } catch (error) {
    database.close();
    if (error instanceof Error && "errcode" in error && error.errcode === SQLITE_BUSY) {
      throw new StateInUseError("Another machine has this state open.", { cause: error });
    }
    throw error;
  }
}

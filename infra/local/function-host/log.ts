import { createWriteStream, mkdirSync } from "node:fs";
import { dirname } from "node:path";

export interface Log {
  write(line: string): void;
  /** Resolves when every line is in the file. */
  close(): Promise<void>;
}

/** The log of one function, shared by its processes. */
export function openLog(file: string | undefined): Log {
  if (file === undefined) return { write: () => {}, close: async () => {} };
  mkdirSync(dirname(file), { recursive: true });
  const stream = createWriteStream(file, { flags: "a" });
  return {
    // A process that is ended may have last words after its function is closed.
    write: (line) => void (stream.writableEnded || stream.write(`${line}\n`)),
    close: () => new Promise((resolve) => stream.end(resolve)),
  };
}

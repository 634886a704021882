import { createWriteStream, mkdirSync } from "node:fs";
import { dirname } from "node:path";

export interface Log {
  write(line: string): void;
  /** Resolves when every line is in the file. */
  close(): Promise<void>;
}

/** The log of one function, shared by its processes. */
export function openLog(file: string | undefined, onLine: (line: string) => void = () => {}): Log {
  if (file === undefined) return { write: onLine, close: async () => {} };
  mkdirSync(dirname(file), { recursive: true });
  const stream = createWriteStream(file, { flags: "a" });
  return {
    write: (line) => {
      onLine(line);
      // A process that is ended may have last words after its function is closed.
      if (!stream.writableEnded) stream.write(`${line}\n`);
    },
    close: () => new Promise((resolve) => stream.end(resolve)),
  };
}

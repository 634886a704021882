import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import PostalMime, { type Email } from "postal-mime";

/** A folder for a machine's mail, which is read as a mail program reads it. */
export interface MailFolder extends AsyncDisposable {
  readonly path: string;
  /** The names of its files, in the order in which they were written. */
  files(): Promise<string[]>;
  mails(): Promise<Email[]>;
}

export async function createMailFolder(): Promise<MailFolder> {
  const path = await mkdtemp(join(tmpdir(), "mail-"));
  const files = async () => (await readdir(path)).toSorted((one, other) => numberOf(one) - numberOf(other));
  return {
    path,
    files,
    mails: async () =>
      Promise.all((await files()).map(async (name) => PostalMime.parse(await readFile(join(path, name))))),
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  };
}

/** The count in `2026-11-30T12-34-56-789Z-12-subject.eml`. */
function numberOf(name: string): number {
  return Number(/Z-(\d+)-/.exec(name)?.[1]);
}

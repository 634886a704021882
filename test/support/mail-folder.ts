import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import PostalMime, { type Email } from "postal-mime";

/** A folder for a machine's mail. */
export interface MailFolder extends AsyncDisposable {
  readonly path: string;
  /** The names of its files, in the order in which they were written. */
  files(): Promise<string[]>;
  mails(): Promise<Email[]>;
}

export async function createMailFolder(): Promise<MailFolder> {
  const path = await mkdtemp(join(tmpdir(), "mail-"));
  return {
    path,
    files: () => filesOf(path),
    mails: () => readMails(path),
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  };
}

/** The mails in a folder, as a mail program shows them, in the order in which they came. */
export async function readMails(folder: string): Promise<Email[]> {
  const files = await filesOf(folder);
  return Promise.all(files.map(async (name) => PostalMime.parse(await readFile(join(folder, name)))));
}

async function filesOf(folder: string): Promise<string[]> {
  return (await readdir(folder)).toSorted((one, other) => numberOf(one) - numberOf(other));
}

/** The count in `2026-11-30T12-34-56-789Z-12-subject.eml`. */
function numberOf(name: string): number {
  return Number(/Z-(\d+)-/.exec(name)?.[1]);
}

import { randomUUID } from "node:crypto";
import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import MailComposer from "nodemailer/lib/mail-composer";

/** A mail as its sender hands it over. */
export interface OutgoingMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly cc?: readonly string[];
  readonly bcc?: readonly string[];
  readonly replyTo?: readonly string[];
  readonly subject: string;
  readonly text?: string | undefined;
  readonly html?: string | undefined;
}

export interface MailBoxOptions {
  /** Where mail goes, a file each; without it mail is dropped. */
  readonly folder?: string | undefined;
  /** Told of each file, once it is written. */
  readonly onMail?: ((file: string) => void) | undefined;
}

/** Characters of a file's name that tell of the subject. */
const SLUG_LENGTH = 60;

/** Where all mail ends on this machine, whoever it is for. */
export class MailBox {
  readonly #options: MailBoxOptions;
  #count = 0;

  constructor(options: MailBoxOptions = {}) {
    this.#options = options;
  }

  /** Keeps a mail as a file in the format of RFC 5322, and gives its id. */
  async deliver(mail: OutgoingMail): Promise<string> {
    const { folder, onMail = () => {} } = this.#options;
    const id = randomUUID();
    if (folder === undefined) return id;
    const date = new Date();
    this.#count += 1;
    const file = join(folder, `${stamp(date)}-${this.#count}-${slug(mail.subject)}.eml`);
    await mkdir(folder, { recursive: true });
    await writeFile(`${file}.draft`, await compose(mail, date, id));
    // Nobody finds half a mail.
    await rename(`${file}.draft`, file);
    onMail(file);
    return id;
  }
}

function compose({ to, cc, bcc, replyTo, ...mail }: OutgoingMail, date: Date, id: string): Promise<Buffer> {
  const lists = { to: [...to], cc: [...(cc ?? [])], bcc: [...(bcc ?? [])], replyTo: [...(replyTo ?? [])] };
  const composer = new MailComposer({
    ...mail,
    ...lists,
    date,
    messageId: `<${id}@localhost>`,
    newline: "windows",
    // A mail is what its sender wrote, never what lies at a path or an address.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const message = composer.compile();
  // Unlike a server's, this copy tells who else got it.
  message.keepBcc = true;
  return message.build();
}

/** `2026-11-30T12-34-56-789Z`, which any file system takes. */
function stamp(date: Date): string {
  return date.toISOString().replace(/[:.]/g, "-");
}

function slug(subject: string): string {
  const words = subject.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-");
  return (
    words
      .slice(0, SLUG_LENGTH)
      .toWellFormed()
      .replace(/^-+|-+$/g, "") || "no-subject"
  );
}

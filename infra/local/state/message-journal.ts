import type { DatabaseSync, StatementSync } from "node:sqlite";

/** A message as its queue has to have it again. Times are milliseconds since the epoch. */
export interface JournaledMessage {
  readonly id: string;
  readonly body: string;
  /** As SQS's API writes them. */
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly sentAt: number;
  readonly receives: number;
  /** The queue that it was sent to, or first seen in. */
  readonly origin: string;
  readonly firstReceivedAt: number | undefined;
}

type NewMessage = Pick<JournaledMessage, "id" | "body" | "attributes" | "sentAt"> & { readonly queue: string };

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS message (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    queue TEXT NOT NULL,
    origin TEXT NOT NULL,
    body TEXT,
    attributes TEXT,
    sentAt INTEGER,
    receives INTEGER NOT NULL DEFAULT 0,
    isOut INTEGER NOT NULL DEFAULT 0,
    firstReceivedAt INTEGER
  ) STRICT;
  -- Received, but not yet known to be sent, when the process was killed: nobody was told that it was accepted.
  DELETE FROM message WHERE body IS NULL;
  UPDATE message SET receives = receives - 1, isOut = 0 WHERE isOut = 1;
  CREATE INDEX IF NOT EXISTS messageQueue ON message (queue, isOut);
`;

/**
 * The messages that queues hold: those that were accepted and not deleted. Why this is enough:
 * - A message is written here before its sender gets an answer, and an S3 event before the answer to the change it tells of.
 * - A deletion is written after the queue has made it. If the process is killed in between, the message comes once more.
 * - Receives are counted once they have ended, in whatever way; those that the end of the process cut short are not the
 *   message's fault. What had its last receive goes back to its queue, which moves it to the dead-letter queue at the next
 *   one, as it would have; what was seen in its dead-letter queue is journaled there from then on.
 * - How long a message is still hidden is not kept: whoever hid it has no handle that this run knows.
 */
export class MessageJournal {
  readonly #insert: StatementSync;
  readonly #receive: StatementSync;
  readonly #return: StatementSync;
  readonly #remove: StatementSync;
  readonly #selectOut: StatementSync;
  readonly #select: StatementSync;
  /** Deleted before they were journaled. */
  readonly #overtaken = new Set<string>();

  constructor(database: DatabaseSync) {
    database.exec(SCHEMA);
    // A consumer that waits in a long poll may have a message before its sender has an answer: both write what they know.
    this.#insert = database.prepare(
      `INSERT INTO message (id, queue, origin, body, attributes, sentAt) VALUES (?1, ?2, ?2, ?3, ?4, ?5)
       ON CONFLICT (id) DO UPDATE SET body = excluded.body, attributes = excluded.attributes, sentAt = excluded.sentAt`,
    );
    this.#receive = database.prepare(
      `INSERT INTO message (id, queue, origin, receives, isOut, firstReceivedAt) VALUES (?1, ?2, ?2, 1, 1, ?3)
       ON CONFLICT (id) DO UPDATE SET queue = excluded.queue, receives = receives + 1, isOut = 1,
         firstReceivedAt = coalesce(firstReceivedAt, excluded.firstReceivedAt)`,
    );
    this.#return = database.prepare("UPDATE message SET isOut = 0 WHERE id = ?");
    this.#selectOut = database.prepare("SELECT id FROM message WHERE queue = ? AND isOut = 1");
    this.#remove = database.prepare("DELETE FROM message WHERE id = ?");
    this.#select = database.prepare("SELECT * FROM message WHERE queue = ? AND body IS NOT NULL ORDER BY number");
  }

  sent({ id, queue, body, attributes, sentAt }: NewMessage): void {
    if (this.#overtaken.delete(id)) return;
    this.#insert.run(id, queue, body, JSON.stringify(attributes), sentAt);
  }

  /** From a queue that may be another than the one it was sent to. */
  received(id: string, queue: string, at: number): void {
    this.#receive.run(id, queue, at);
  }

  /** Its receive has ended without a deletion. */
  returned(id: string): void {
    this.#return.run(id);
  }

  /** The messages of a queue whose last receive has not ended yet, as far as the journal was told. */
  receivedOf(queue: string): string[] {
    return this.#selectOut.all(queue).map(({ id }) => String(id));
  }

  deleted(id: string): void {
    if (this.#remove.run(id).changes === 0) this.#overtaken.add(id);
  }

  /** What a queue has to hold, in the order in which it was sent. */
  messagesOf(queue: string): JournaledMessage[] {
    return this.#select.all(queue).map((row) => ({
      id: String(row.id),
      body: String(row.body),
      attributes: JSON.parse(String(row.attributes)),
      sentAt: Number(row.sentAt),
      receives: Number(row.receives),
      origin: String(row.origin),
      firstReceivedAt: row.firstReceivedAt === null ? undefined : Number(row.firstReceivedAt),
    }));
  }
}

import type { SQSRecord } from "aws-lambda";
import type { LimitFunction } from "p-limit";

/** Messages that are worked on at the same time; the next turn begins when all of them have ended. */
export type Turn = readonly SQSRecord[];

/** Works on messages in their turns, whoever asks first; each of them has to be asked for. */
export class InTurns {
  readonly #limit: LimitFunction;
  readonly #turns: readonly { readonly left: Set<SQSRecord>; readonly over: PromiseWithResolvers<void> }[];

  constructor(turns: readonly Turn[], limit: LimitFunction) {
    this.#limit = limit;
    this.#turns = turns.map((turn) => ({ left: new Set(turn), over: Promise.withResolvers() }));
  }

  async work<T>(record: SQSRecord, work: () => Promise<T>): Promise<T> {
    const index = this.#turns.findIndex(({ left }) => left.has(record));
    const turn = this.#turns[index];
    await this.#turns[index - 1]?.over.promise;
    try {
      return await this.#limit(work);
    } finally {
      turn?.left.delete(record);
      if (turn?.left.size === 0) turn.over.resolve();
    }
  }
}

/**
 * When each message of a batch has its turn. Those that come for the first time are worked on together. Each of the others may
 * be the one that killed its function the last time, so they come after, alone, the ones that came most often last.
 *
 * Those that came equally often are in one order the second time, and in the opposite one the third: a message that kills its
 * function keeps the ones behind it from their turn, and those are before it then. After that, what is at either end may have
 * killed: it comes last, so that what lies between up to three that kill is done at the fifth time.
 */
export function turnsOf(records: readonly SQSRecord[]): Turn[] {
  const byReceives = Map.groupBy(records, receivesOf);
  const counts = [...byReceives.keys()].sort((one, other) => one - other);
  return counts.flatMap((receives) => {
    const alike = byReceives.get(receives) ?? [];
    return receives <= 1 ? [alike] : inOrder(alike, receives).map((record) => [record]);
  });
}

/** How often a message has come, this time included. */
export function receivesOf({ attributes }: SQSRecord): number {
  return Number(attributes.ApproximateReceiveCount);
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-identifiers.html: an id stays the same from receive to receive. */
function inOrder(records: Turn, receives: number): Turn {
  const upwards = records.toSorted((one, other) => (one.messageId < other.messageId ? -1 : 1));
  const ordered = receives % 2 === 0 ? upwards : upwards.toReversed();
  return receives < 4 ? ordered : [...ordered.slice(1), ...ordered.slice(0, 1)];
}

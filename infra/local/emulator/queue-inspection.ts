import { randomUUID } from "node:crypto";
import type { FastifyInstance } from "fastify";
import { INTERNAL_HEADERS } from "./internal-request.ts";

/** A message inside fauxqs itself: what is assigned to it is what its next receiver gets. */
export interface LiveMessage {
  messageId: string;
  readonly body: string;
  readonly messageAttributes: Readonly<Record<string, { readonly StringValue?: string }>>;
  /** Milliseconds since the epoch. */
  sentTimestamp: number;
  approximateReceiveCount: number;
  approximateFirstReceiveTimestamp?: number;
}

/** The messages of a queue, by what can happen to them next. */
export interface QueueContents {
  readonly ready: readonly LiveMessage[];
  readonly delayed: readonly LiveMessage[];
  readonly inflight: readonly { readonly message: LiveMessage; readonly visibilityDeadline: number }[];
}

const INSPECTION_HEADER = "x-inspection";

/** Looks into queues without receiving anything. */
export class QueueInspection {
  readonly #app: FastifyInstance;
  readonly #inspections = new Map<string, (answer: { messages?: QueueContents }) => void>();

  constructor(app: FastifyInstance) {
    this.#app = app;
    // fauxqs answers with its own objects; taken before they become text, they are not copied, however many they are.
    app.addHook("preSerialization", async ({ headers }, _reply, payload) => {
      const take = this.#inspections.get(String(headers[INSPECTION_HEADER]));
      if (take === undefined) return payload;
      take(payload as { messages?: QueueContents });
      return {};
    });
  }

  /** Throws if there is no such queue. */
  async inspect(queue: string): Promise<QueueContents> {
    const id = randomUUID();
    const { promise, resolve } = Promise.withResolvers<{ messages?: QueueContents }>();
    this.#inspections.set(id, resolve);
    try {
      const headers = { ...INTERNAL_HEADERS, [INSPECTION_HEADER]: id };
      await this.#app.inject({ method: "GET", url: `/_fauxqs/queues/${queue}`, headers });
      const { messages } = await Promise.race([promise, {} as { messages?: QueueContents }]);
      if (messages === undefined) throw new TypeError(`Expected a queue that exists, received ${queue}.`);
      return messages;
    } finally {
      this.#inspections.delete(id);
    }
  }
}

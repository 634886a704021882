import { randomUUID } from "node:crypto";
import type { FastifyInstance } from "fastify";
import { INTERNAL_HEADERS } from "./internal-request.ts";

interface StoredAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: Buffer;
}

const ID_HEADER = "x-stored-answer";

/** Answers of the store to the emulator itself. The bytes are those that are stored: however many, none are copied. */
export class StoredAnswers {
  readonly #app: FastifyInstance;
  readonly #bodies = new Map<string, Buffer>();

  constructor(app: FastifyInstance) {
    this.#app = app;
    // An answer that came by `inject` would have been copied three times, once as text.
    app.addHook("onSend", (request, reply, payload, next) => {
      const id = request.headers[ID_HEADER];
      if (typeof id !== "string" || !this.#bodies.has(id) || !Buffer.isBuffer(payload)) return next();
      this.#bodies.set(id, payload);
      reply.removeHeader("content-length");
      next(null, "");
    });
  }

  async get(url: string): Promise<StoredAnswer> {
    const id = randomUUID();
    this.#bodies.set(id, Buffer.alloc(0));
    try {
      const headers = { ...INTERNAL_HEADERS, [ID_HEADER]: id, "x-amz-checksum-mode": "ENABLED" };
      const answer = await this.#app.inject({ method: "GET", url, headers });
      const body = this.#bodies.get(id) ?? Buffer.alloc(0);
      return { statusCode: answer.statusCode, headers: answer.headers, body };
    } finally {
      this.#bodies.delete(id);
    }
  }
}

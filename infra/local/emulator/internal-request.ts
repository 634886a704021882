import { randomUUID } from "node:crypto";
import type { FastifyRequest } from "fastify";

const HEADER = "x-image-machine-internal";
const MARK = randomUUID();

/** Marks the requests that the machine makes to itself; nobody else knows the mark. */
export const INTERNAL_HEADERS: Readonly<Record<string, string>> = { [HEADER]: MARK };

export function isInternal({ headers }: Pick<FastifyRequest, "headers">): boolean {
  return headers[HEADER] === MARK;
}

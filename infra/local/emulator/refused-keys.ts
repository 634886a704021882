import type { FastifyRequest } from "fastify";

/** Keys of DeleteObjects requests that whoever asks may not remove, and why. */
const refusals = new WeakMap<FastifyRequest, ReadonlyMap<string, string>>();

export function refuseKeys(request: FastifyRequest, keys: Iterable<readonly [key: string, refusal: string]>): void {
  refusals.set(request, new Map(keys));
}

export function refusedKeys(request: FastifyRequest): (readonly [key: string, refusal: string])[] {
  return [...(refusals.get(request) ?? [])];
}

/** Whether a request to remove several objects leaves this one where it is. */
export function isRefused(request: FastifyRequest, key: string): boolean {
  return refusals.get(request)?.has(key) ?? false;
}

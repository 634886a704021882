import type { FastifyInstance } from "fastify";
import { comesFromNetwork } from "./authorization.ts";

/**
 * Lets clients' requests wait until the returned function is called, which has an effect once. Before everything is in place
 * a change would be accepted that nobody is told of. Call it before any other hook.
 */
export function holdClients(app: FastifyInstance): () => void {
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  let isHolding = true;
  app.addHook("onRequest", async (request) => {
    if (isHolding && comesFromNetwork(request)) await released;
  });
  return () => {
    isHolding = false;
    release();
  };
}

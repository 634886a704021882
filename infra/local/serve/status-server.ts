import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { messageOf } from "../../../runtime/errors.ts";

export interface StatusServer {
  readonly url: string;
  /** What a request has to bear. */
  readonly token: string;
  close(): void;
}

/** Tells those who know its token, on this machine alone, how the machine stands. */
export async function startStatusServer(status: () => Promise<unknown>): Promise<StatusServer> {
  const token = randomUUID();
  const server = createServer(async ({ headers }, response) => {
    if (headers.authorization !== `Bearer ${token}`) return void response.writeHead(403).end();
    try {
      const body = JSON.stringify(await status());
      response.writeHead(200, { "content-type": "application/json" }).end(body);
    } catch (error) {
      response.writeHead(500).end(messageOf(error));
    }
  });
  const { promise: listening, resolve } = Promise.withResolvers<void>();
  server.listen(0, "127.0.0.1", resolve);
  await listening;
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    token,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

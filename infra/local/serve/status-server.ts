import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { messageOf } from "../../../runtime/errors.ts";
import type { Answer } from "../../operations/serving-machine.ts";

export interface StatusServer {
  readonly url: string;
  /** What a request has to bear. */
  readonly token: string;
  close(): void;
}

/** What can be asked for, by the path of its URL. */
type Answers = Readonly<Record<Answer, () => Promise<unknown> | unknown>>;

/** Tells those who know its token, on this machine alone, about the machine. */
export async function startStatusServer(answers: Answers): Promise<StatusServer> {
  const token = randomUUID();
  const paths = new Map(Object.entries(answers).map(([name, answer]) => [`/${name}`, answer]));
  const server = createServer(async ({ headers, url = "" }, response) => {
    if (headers.authorization !== `Bearer ${token}`) return void response.writeHead(403).end();
    const answer = paths.get(url);
    if (!answer) return void response.writeHead(404).end();
    try {
      const body = JSON.stringify(await answer());
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

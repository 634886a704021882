import type { FastifyInstance } from "fastify";
import { unpooled } from "./unpooled.ts";

/** Objects are held in memory; a larger one would not fit there in any case. */
const MAX_BODY_BYTES = 1024 ** 3;

/** Takes bodies of any size that fits in memory. fauxqs stops at 11 MiB. */
export function acceptLargeBodies(app: FastifyInstance): void {
  app.removeContentTypeParser("*");
  app.addContentTypeParser("*", { parseAs: "buffer", bodyLimit: MAX_BODY_BYTES }, (_request, body, done) => {
    done(null, unpooled(body as Buffer));
  });
}

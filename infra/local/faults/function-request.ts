import type { FastifyRequest } from "fastify";
import { accessKeyOf } from "../emulator/access-key.ts";
import { comesFromNetwork } from "../emulator/authorization.ts";
import { MAPPING_CALL_HEADER } from "../event-source-mapping/mapping-call.ts";

/** The owner's, who is to see things as they are. */
const OWNER_ACCESS_KEY = "local";

/** Whether a function itself sent a request, not what polls in its role. */
export function comesFromFunction(request: FastifyRequest): boolean {
  if (!comesFromNetwork(request) || request.headers[MAPPING_CALL_HEADER] !== undefined) return false;
  const accessKey = accessKeyOf(request.headers);
  return accessKey !== undefined && accessKey !== OWNER_ACCESS_KEY;
}

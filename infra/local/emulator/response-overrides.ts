import type { FastifyReply } from "fastify";

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html */
const OVERRIDES: Readonly<Record<string, string>> = {
  "response-cache-control": "cache-control",
  "response-content-disposition": "content-disposition",
  "response-content-encoding": "content-encoding",
  "response-content-language": "content-language",
  "response-content-type": "content-type",
  "response-expires": "expires",
};

export const OVERRIDE_PARAMETERS: readonly string[] = Object.keys(OVERRIDES);

/** Sets the headers that a reader asked for in place of those that are stored, as download links do. */
export function overrideHeaders(query: Readonly<Record<string, string>>, reply: FastifyReply): void {
  for (const [parameter, header] of Object.entries(OVERRIDES)) {
    const value = query[parameter];
    // Node.js takes each character of a header for a byte.
    if (value !== undefined) reply.header(header, Buffer.from(value).toString("latin1"));
  }
}

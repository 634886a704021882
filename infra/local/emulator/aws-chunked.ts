import { AwsError } from "./aws-error.ts";
import { unpooled } from "./unpooled.ts";

interface DecodedBody {
  readonly body: Buffer;
  /** Headers that came after the body, names in lower case. */
  readonly trailers: Readonly<Record<string, string>>;
}

/**
 * Reads a body that was sent in chunks, each behind its size, with headers after the last
 * (https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html).
 */
export function decodeAwsChunked(encoded: Buffer): DecodedBody {
  const chunks: Buffer[] = [];
  let offset = 0;
  for (;;) {
    const lineEnd = encoded.indexOf("\r\n", offset);
    // What follows the size is the chunk's signature.
    const size = lineEnd === -1 ? undefined : readSize(encoded.toString("latin1", offset, lineEnd));
    if (size === undefined || lineEnd + 2 + size > encoded.length) throw incomplete();
    offset = lineEnd + 2 + size;
    if (size === 0)
      return { body: unpooled(Buffer.concat(chunks)), trailers: readTrailers(encoded.toString("latin1", offset)) };
    chunks.push(encoded.subarray(lineEnd + 2, offset));
    offset += 2;
  }
}

export function incomplete(): AwsError {
  const reason = "You did not provide the number of bytes specified by the Content-Length HTTP header";
  return new AwsError("IncompleteBody", reason);
}

function readSize(line: string): number | undefined {
  const [, digits] = /^([0-9a-f]+)(?:;.*)?$/i.exec(line) ?? [];
  return digits === undefined ? undefined : Number.parseInt(digits, 16);
}

function readTrailers(text: string): Record<string, string> {
  const lines = text.split("\r\n").filter((line) => line.includes(":"));
  return Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
}

import { createHash } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { decodeAwsChunked, incomplete } from "./aws-chunked.ts";
import { AwsError, notImplemented } from "./aws-error.ts";
import { CHECKSUMS } from "./checksums.ts";
import type { S3OperationName } from "./s3-operation.ts";

/** Operations whose checksum headers are about something else than their body. */
const OTHER_CHECKSUMS: Partial<Record<S3OperationName, true>> = {
  CopyObject: true,
  CreateMultipartUpload: true,
  CompleteMultipartUpload: true,
};

interface SentRequest {
  readonly headers: IncomingHttpHeaders;
  body: unknown;
}

/**
 * Gives a request the body that its sender meant, without the encoding it came in, or refuses it as S3 does if it is
 * not the one that the headers describe.
 */
export function receiveBody(request: SentRequest, operation: S3OperationName): void {
  const { headers } = request;
  const sent = readBytes(request.body);
  const body = isChunked(headers) ? decode(sent, headers) : sent;
  request.body = body;
  checkMd5(body, headers["content-md5"]);
  checkSha256(body, headers["x-amz-content-sha256"]);
  for (const [name, compute] of Object.entries(CHECKSUMS)) {
    const expected = headers[`x-amz-checksum-${name}`];
    if (expected === undefined) continue;
    if (operation === "CompleteMultipartUpload") throw notImplemented("checksums of whole multipart uploads");
    if (OTHER_CHECKSUMS[operation] || compute(body) === expected) continue;
    throw new AwsError("BadDigest", `The ${name.toUpperCase()} you specified did not match the calculated checksum.`);
  }
}

function readBytes(body: unknown): Buffer {
  if (Buffer.isBuffer(body)) return body;
  // An object may be empty, as the markers of folders are.
  if (body === undefined || body === null) return Buffer.alloc(0);
  throw notImplemented("bodies that are not bytes");
}

function isChunked(headers: IncomingHttpHeaders): boolean {
  const { "content-encoding": encoding = "", "x-amz-content-sha256": hash } = headers;
  return encoding.includes("aws-chunked") || String(hash).startsWith("STREAMING-");
}

/** Trailers join the headers, and nothing is left that tells of the encoding. */
function decode(encoded: Buffer, headers: IncomingHttpHeaders): Buffer {
  const { body, trailers } = decodeAwsChunked(encoded);
  const { "x-amz-decoded-content-length": length, "x-amz-trailer": announced = "" } = headers;
  if (length !== undefined && Number(length) !== body.length) throw incomplete();
  const missing = String(announced)
    .split(",")
    .find((name) => name !== "" && !(name.trim().toLowerCase() in trailers));
  if (missing !== undefined) throw new AwsError("MalformedTrailerError", `The trailer ${missing} did not arrive`);
  Object.assign(headers, trailers);

  const encodings = (headers["content-encoding"] ?? "").split(",").map((name) => name.trim());
  const others = encodings.filter((name) => name !== "aws-chunked" && name !== "");
  delete headers["content-encoding"];
  if (others.length > 0) headers["content-encoding"] = others.join(",");
  delete headers["x-amz-decoded-content-length"];
  return body;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html */
function checkMd5(body: Buffer, expected: string | string[] | undefined): void {
  if (expected === undefined) return;
  if (Buffer.from(String(expected), "base64").length !== 16) {
    throw new AwsError("InvalidDigest", "The Content-MD5 you specified was invalid.");
  }
  if (createHash("md5").update(body).digest("base64") === expected) return;
  throw new AwsError("BadDigest", "The Content-MD5 you specified did not match what we received.");
}

/** The header is also where a request says that it has no hash: `UNSIGNED-PAYLOAD`. */
function checkSha256(body: Buffer, expected: string | string[] | undefined): void {
  if (expected === undefined || !/^[0-9a-f]{64}$/.test(String(expected))) return;
  if (createHash("sha256").update(body).digest("hex") === expected) return;
  const reason = "The provided 'x-amz-content-sha256' header does not match what was computed.";
  throw new AwsError("XAmzContentSHA256Mismatch", reason);
}

import type { IncomingHttpHeaders } from "node:http";
import { AwsError } from "./aws-error.ts";

type Query = Readonly<Record<string, string>>;

/** https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html */
const MAX_SECONDS = 7 * 24 * 3600;
const CLOCK_SKEW_MS = 15 * 60 * 1000;
const PARAMETERS = ["X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Expires", "X-Amz-SignedHeaders"];

/** Parameters of the signature itself: of version 4, and of version 2, which old clients still make. */
export function isSignature(name: string): boolean {
  const names = [...PARAMETERS, "X-Amz-Signature", "X-Amz-Security-Token", "AWSAccessKeyId", "Signature", "Expires"];
  return names.includes(name);
}

/** Throws what S3 answers to an address whose time is over, or has not come. */
export function checkPresignedTime(query: Query, now: number): void {
  if (query.Signature !== undefined) checkEnd(Number(query.Expires) * 1000, now);
  if (query["X-Amz-Signature"] === undefined) return;
  const missing = PARAMETERS.find((name) => query[name] === undefined);
  if (missing !== undefined) {
    throw invalid(
      "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.",
    );
  }
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(query["X-Amz-Date"] ?? "") ?? [];
  const signedAt = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  if (Number.isNaN(signedAt)) throw invalid(`X-Amz-Date must be in the ISO8601 Long Format "yyyyMMdd'T'HHmmss'Z'"`);
  const seconds = Number(query["X-Amz-Expires"]);
  if (!Number.isInteger(seconds)) throw invalid("X-Amz-Expires should be a number");
  if (seconds < 0) throw invalid("X-Amz-Expires must be non-negative");
  if (seconds > MAX_SECONDS) {
    throw invalid(
      `X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than ${MAX_SECONDS} seconds`,
    );
  }
  if (signedAt > now + CLOCK_SKEW_MS) throw new AwsError("AccessDenied", "Request is not yet valid", 403);
  checkEnd(signedAt + seconds * 1000, now);
}

/** A signer may move headers of the request into its address; S3 takes them from either place. */
export function takeHoistedHeaders(query: Query, headers: IncomingHttpHeaders): void {
  for (const [name, value] of Object.entries(query)) {
    if (isHoistedHeader(name)) headers[name.toLowerCase()] ??= value;
  }
}

export function isHoistedHeader(name: string): boolean {
  return /^x-amz-/i.test(name) && !isSignature(name);
}

function checkEnd(end: number, now: number): void {
  if (!(now <= end)) throw new AwsError("AccessDenied", "Request has expired", 403);
}

function invalid(reason: string): AwsError {
  return new AwsError("AuthorizationQueryParametersError", reason);
}

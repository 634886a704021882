import type { IncomingHttpHeaders } from "node:http";

/** The key in `Credential=AKIA…/20261130/us-east-1/s3/aws4_request`, and in version 2's `AWS AKIA…:signature`. */
const IN_HEADER = [/^AWS4-HMAC-SHA256\b.*\bCredential=([^/,\s]+)\//, /^AWS ([^:\s]+):/];

/**
 * The access key that a request is signed with, by its `Authorization` or, to S3 alone, in its address. The signature is not
 * checked, as that would need the secrets of whoever works here: every program on this machine may act as anyone. Web pages
 * that a browser here shows may not, see `isOfForeignPage`.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-authentication-methods.html
 */
export function accessKeyOf(headers: IncomingHttpHeaders, s3Query?: unknown): string | undefined {
  const { authorization = "" } = headers;
  const fromHeader = IN_HEADER.map((pattern) => pattern.exec(authorization)?.[1]).find((key) => key !== undefined);
  return fromHeader ?? textOf(s3Query, "X-Amz-Credential")?.split("/")[0] ?? textOf(s3Query, "AWSAccessKeyId");
}

/**
 * Whether a browser sent a request for a web page that is not from here.
 * https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Sec-Fetch-Site
 * @param port where the request came in; `Host` is the page's to choose
 */
export function isOfForeignPage({ origin, "sec-fetch-site": site }: IncomingHttpHeaders, port?: number): boolean {
  const ownOrigins = ["127.0.0.1", "localhost"].map((host) => `http://${host}${port === 80 ? "" : `:${port}`}`);
  return site === "cross-site" || (origin !== undefined && !ownOrigins.includes(origin));
}

function textOf(record: unknown, name: string): string | undefined {
  const entries = typeof record === "object" && record !== null ? Object.entries(record) : [];
  const value: unknown = entries.find(([key]) => key === name)?.[1];
  return typeof value === "string" && value !== "" ? value : undefined;
}

import type { IncomingHttpHeaders } from "node:http";

/** The key in `Credential=AKIA…/20261130/us-east-1/s3/aws4_request`, and in version 2's `AWS AKIA…:signature`. */
const IN_HEADER = [/^AWS4-HMAC-SHA256\b.*\bCredential=([^/,\s]+)\//, /^AWS ([^:\s]+):/];

/**
 * The access key that a request is signed with, by its `Authorization` or in its address. The signature is not checked: it would
 * need the secrets of whoever works here, and nobody else reaches this machine.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-authentication-methods.html
 */
export function accessKeyOf(headers: IncomingHttpHeaders, query: unknown): string | undefined {
  const { authorization = "" } = headers;
  const fromHeader = IN_HEADER.map((pattern) => pattern.exec(authorization)?.[1]).find((key) => key !== undefined);
  return fromHeader ?? textOf(query, "X-Amz-Credential")?.split("/")[0] ?? textOf(query, "AWSAccessKeyId");
}

function textOf(record: unknown, name: string): string | undefined {
  const entries = typeof record === "object" && record !== null ? Object.entries(record) : [];
  const value: unknown = entries.find(([key]) => key === name)?.[1];
  return typeof value === "string" && value !== "" ? value : undefined;
}

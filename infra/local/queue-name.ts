/** The name of a queue, from its ARN or its URL, of which fauxqs skips empty parts. */
export function queueName(arnOrUrl: string): string {
  const separator = arnOrUrl.startsWith("arn:") ? ":" : "/";
  return arnOrUrl.split(separator).findLast((part) => part !== "") ?? "";
}

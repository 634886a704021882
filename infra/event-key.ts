/**
 * A key as S3 writes it into events, and into listings that are asked for `url`: as in a form, where a space is a plus; slashes
 * stay (https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html).
 */
export function encodeEventKey(key: string): string {
  return new URLSearchParams({ key }).toString().slice("key=".length).replaceAll("%2F", "/").replaceAll("%7E", "~");
}

/** The other way. */
export function decodeEventKey(key: string): string {
  return decodeURIComponent(key.replaceAll("+", " "));
}

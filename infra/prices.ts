/**
 * US dollars in us-east-1, without any free tier: https://aws.amazon.com/lambda/pricing/, https://aws.amazon.com/sqs/pricing/,
 * https://aws.amazon.com/sns/pricing/, https://aws.amazon.com/eventbridge/pricing/, https://aws.amazon.com/s3/pricing/,
 * https://aws.amazon.com/cloudwatch/pricing/
 */
export const PRICES = {
  gibibyteSecond: { arm64: 0.0000133334, x86_64: 0.0000166667 },
  invocation: 0.2e-6,
  /** A provisioned poller of a queue, which is one event poller unit. */
  pollerHour: 0.00925,
  queueRequest: 0.4e-6,
  /** To a topic; what it sends on to queues is free. */
  publication: 0.5e-6,
  /** What topics read of messages to filter by their bodies. */
  filteredGigabyte: 0.09,
  /** An event of S3, for a bucket that tells EventBridge of all of them; as custom events are priced. */
  busEvent: 1e-6,
  /** PUT, COPY, POST and LIST. */
  write: 5e-6,
  /** GET and HEAD. */
  read: 0.4e-6,
  /** To ingest. */
  logGigabyte: 0.5,
} as const;

/** The price of a function's memory for a second; functions are on arm64 unless they say so. */
export function gibibyteSecond(architecture: string): number {
  return architecture === "x86_64" ? PRICES.gibibyteSecond.x86_64 : PRICES.gibibyteSecond.arm64;
}

/** GET of the source, and HEAD of it afterwards. */
export const READS_PER_UPLOAD = 2;

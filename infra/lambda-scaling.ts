/**
 * How AWS scales functions that work on standard queues, as far as it says so:
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html,
 * https://docs.aws.amazon.com/lambda/latest/dg/scaling-behavior.html
 */

/** What an account may run at once unless it asked for more; new ones get less (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html). */
export const ACCOUNT_CONCURRENCY = 1_000;

/** What a mapping runs at first, how much it adds, and how much it runs at most. It may be told a lower `maximumConcurrency`. */
export const DEFAULT_POLLERS = { start: 5, perMinute: 300, maximum: 1_250 } as const;

/** What one provisioned poller of a queue runs at once. */
export const FUNCTIONS_PER_POLLER = 10;

/** What else a provisioned poller does at most, and how fast further ones come. */
export const PROVISIONED_POLLERS = {
  pollsPerSecond: 10,
  bytesPerSecond: 1024 * 1024,
  functionsPerMinute: 1_000,
} as const;

/** New environments of one function: so many at once, and as many again every ten seconds. */
export const ENVIRONMENTS = { burst: 1_000, perSecond: 100 } as const;

/** Messages of one queue that are received and not deleted yet, about (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-queues.html). */
export const MESSAGES_IN_FLIGHT = 120_000;

/** Messages of one receive. */
export const MESSAGES_PER_POLL = 10;

/** The memory in MB that comes with one vCPU (https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html). */
export const MB_PER_VCPU = 1_769;

import { amount } from "../figures.ts";
import { DEFAULT_POLLERS, ENVIRONMENTS, MESSAGES_IN_FLIGHT, PROVISIONED_POLLERS } from "../lambda-scaling.ts";

/** What may hold a worker back while messages wait for it, and how that is told. */
export const LIMITS = {
  maximumConcurrency: "each worker's own maximumConcurrency",
  mappingRamp: `the growth of Lambda's pollers, ${DEFAULT_POLLERS.perMinute} functions a minute`,
  mappingMaximum: `the ${amount(DEFAULT_POLLERS.maximum)} functions that Lambda's pollers run at most`,
  maximumPollers: "each worker's own maximum of provisionedPollers",
  pollerRamp: `the growth of provisioned pollers, ${amount(PROVISIONED_POLLERS.functionsPerMinute)} functions a minute`,
  pollerThroughput: `what provisioned pollers get out of a queue, ${PROVISIONED_POLLERS.pollsPerSecond} batches or 1 MiB a second each`,
  account: "the account's concurrency, which all workers share",
  environments: `Lambda's new environments, ${amount(10 * ENVIRONMENTS.perSecond)} in ten seconds for a function`,
  messagesInFlight: `the ${amount(MESSAGES_IN_FLIGHT)} messages that SQS lets out of a queue at once`,
  publications: "SNS's quota of messages a second, of which each result is one",
} as const;

export type Limit = keyof typeof LIMITS;

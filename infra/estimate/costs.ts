import { gibibyteSecond, PRICES, READS_PER_UPLOAD } from "../prices.ts";
import type { PlannedStack } from "./planned-stack.ts";
import type { WorkerFigures } from "./worker-run.ts";

/** US dollars by service. */
export type Costs = Readonly<Record<Service, number>>;

export const SERVICES = ["Lambda", "S3", "SNS", "SQS", "EventBridge", "CloudWatch"] as const;
export type Service = (typeof SERVICES)[number];

/** An S3 event as it is in a queue, about. */
export const EVENT_BYTES = 1_024;

/** Log lines of a function, about: of each upload, of each output it names, and of each run with its metrics. */
const LOG_BYTES = { upload: 700, output: 120, batch: 1_200 } as const;

/** Received, and deleted. */
const REQUESTS_PER_BATCH = 2;

interface PaidWorker {
  readonly memoryMb: number;
  readonly architecture: string;
  readonly work: { readonly outputs: number };
}

/**
 * What the work of one worker costs, the delivery to its queue included.
 * @param messagesPerSend how many messages are sent to the queue in one request; topics and rules send each alone
 */
export function workerCosts(
  { memoryMb, architecture, work }: PaidWorker,
  figures: Pick<WorkerFigures, "uploads" | "batches" | "billedSeconds" | "pollerSeconds">,
  messagesPerSend = 1,
): Costs {
  const { uploads, batches, billedSeconds, pollerSeconds } = figures;
  const { upload, output, batch } = LOG_BYTES;
  const logBytes = uploads * (upload + work.outputs * output) + batches * batch;
  return {
    Lambda:
      billedSeconds * (memoryMb / 1024) * gibibyteSecond(architecture) +
      batches * PRICES.invocation +
      (pollerSeconds / 3_600) * PRICES.pollerHour,
    S3: uploads * (READS_PER_UPLOAD * PRICES.read + work.outputs * PRICES.write),
    // Its results.
    SNS: uploads * PRICES.publication,
    SQS: (uploads / messagesPerSend + batches * REQUESTS_PER_BATCH) * PRICES.queueRequest,
    EventBridge: 0,
    CloudWatch: (logBytes / 1e9) * PRICES.logGigabyte,
  };
}

/** What it costs to upload, and to tell workers of uploads. */
export function uploadCosts(
  { ingest, filters, isOneBucket }: Pick<PlannedStack, "ingest" | "filters" | "isOneBucket">,
  uploads: number,
  outputs: number,
): Costs {
  const events = isOneBucket ? uploads + outputs : uploads;
  const filtered = ((uploads * filters * EVENT_BYTES) / 1e9) * PRICES.filteredGigabyte;
  return {
    ...NO_COSTS,
    S3: uploads * PRICES.write,
    ...(ingest === "sns"
      ? { SNS: uploads * PRICES.publication + filtered }
      : { EventBridge: events * PRICES.busEvent }),
  };
}

export const NO_COSTS: Costs = { Lambda: 0, S3: 0, SNS: 0, SQS: 0, EventBridge: 0, CloudWatch: 0 };

export function sumOfCosts(all: readonly Costs[]): Costs {
  const sum = (service: Service) => all.reduce((total, costs) => total + costs[service], 0);
  return Object.fromEntries(SERVICES.map((service) => [service, sum(service)])) as unknown as Costs;
}

export function totalOf(costs: Costs): number {
  return SERVICES.reduce((total, service) => total + costs[service], 0);
}

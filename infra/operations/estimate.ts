import type { OperatedWorker } from "./stack-outputs.ts";

/** What a backfill takes if that many uploads are sent. */
export interface Estimate {
  readonly seconds: number;
  /** US dollars. */
  readonly dollars: number;
}

/** What a function is taken to need for an upload, at its full memory. */
const SECONDS_PER_UPLOAD = 0.3;

/**
 * US dollars in us-east-1: https://aws.amazon.com/lambda/pricing/, https://aws.amazon.com/sqs/pricing/, https://aws.amazon.com/s3/pricing/
 */
const PRICES = {
  gibibyteSecond: { arm64: 0.0000133334, x86_64: 0.0000166667 },
  invocation: 0.2e-6,
  queueRequest: 0.4e-6,
  /** PUT, COPY, POST and LIST. */
  write: 5e-6,
  /** GET and HEAD. */
  read: 0.4e-6,
} as const;

const MESSAGES_PER_REQUEST = 10;
/** GET of the source, and HEAD of it afterwards. */
const READS_PER_UPLOAD = 2;
const KEYS_PER_LISTING = 1000;

/** How the estimate is to be read. */
export const ASSUMPTIONS = `assuming ${SECONDS_PER_UPLOAD} s of the function per upload, and the prices of us-east-1 without any free tier`;

/**
 * @param worker whose function works on the uploads
 * @param uploads how many are sent
 * @param rate messages per second
 */
export function estimate(worker: OperatedWorker, uploads: number, rate: number): Estimate {
  const { memoryMb, architecture, batchSize, variants } = worker;
  const perSecond = architecture === "x86_64" ? PRICES.gibibyteSecond.x86_64 : PRICES.gibibyteSecond.arm64;
  const perUpload =
    (memoryMb / 1024) * SECONDS_PER_UPLOAD * perSecond +
    PRICES.invocation / batchSize +
    PRICES.queueRequest * (1 / MESSAGES_PER_REQUEST + 2 / batchSize) +
    PRICES.read * READS_PER_UPLOAD +
    PRICES.write * variants.length;
  return { seconds: uploads / rate, dollars: uploads * perUpload };
}

/** US dollars for listing keys, and for looking at the outputs of those that are selected. */
export function priceOfLooking({ variants }: OperatedWorker, listed: number, selected: number): number {
  return (listed / KEYS_PER_LISTING) * PRICES.write + selected * variants.length * PRICES.read;
}

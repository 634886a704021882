import { batchSeconds } from "../estimate/batch-time.ts";
import { totalOf, workerCosts } from "../estimate/costs.ts";
import { DEFAULT_MEGAPIXELS, MEASURED, timeAt } from "../estimate/measured-times.ts";
import { PRICES } from "../prices.ts";
import type { OperatedWorker } from "./stack-outputs.ts";

/** What a backfill takes if that many uploads are sent. */
export interface Estimate {
  readonly seconds: number;
  /** US dollars. */
  readonly dollars: number;
}

/** What one vCPU is taken to need for an upload, of a transform that was not measured. */
const UNMEASURED_SECONDS = 0.3;

const MESSAGES_PER_REQUEST = 10;
const KEYS_PER_LISTING = 1000;

/** How the estimate is to be read. */
export const ASSUMPTIONS = `assuming uploads of ${DEFAULT_MEGAPIXELS} megapixels, and the prices of us-east-1 without any free tier`;

/**
 * @param worker whose function works on the uploads
 * @param uploads how many are sent
 * @param rate messages per second
 */
export function estimate(worker: OperatedWorker, uploads: number, rate: number): Estimate {
  const { settings, batchSize, variants } = worker;
  const measured = MEASURED.transforms[settings.transform];
  const work = {
    cpuSeconds: measured ? timeAt(DEFAULT_MEGAPIXELS, measured.times) : UNMEASURED_SECONDS,
    pixels: DEFAULT_MEGAPIXELS * 1e6,
    outputs: variants.length,
  };
  const batches = uploads / batchSize;
  const billedSeconds = batches * batchSeconds(batchSize, work, worker);
  const costs = workerCosts(
    { ...worker, work },
    { uploads, batches, billedSeconds, pollerSeconds: 0 },
    MESSAGES_PER_REQUEST,
  );
  return { seconds: uploads / rate, dollars: totalOf(costs) };
}

/** US dollars for listing keys, and for looking at the outputs of those that are selected. */
export function priceOfLooking({ variants }: OperatedWorker, listed: number, selected: number): number {
  return (listed / KEYS_PER_LISTING) * PRICES.write + selected * variants.length * PRICES.read;
}

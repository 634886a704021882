import { MESSAGES_PER_CORE } from "../../runtime/batch.ts";
import { SENT_AT_ONCE } from "../../runtime/sending.ts";
import { imagesAtOnce, resourcesOf } from "../../runtime/work-room.ts";
import { MB_PER_VCPU } from "../lambda-scaling.ts";
import { READS_PER_UPLOAD } from "../prices.ts";

/** What a worker's function does for one upload. */
export interface UploadWork {
  /** On one vCPU. */
  readonly cpuSeconds: number;
  readonly pixels: number;
  /** How many outputs it stores. */
  readonly outputs: number;
}

/** What a function has. */
export interface FunctionSize {
  readonly memoryMb: number;
  /** For one batch. */
  readonly timeoutSeconds: number;
}

/** Assumed, from a function to services of its own region, for objects of some hundred kilobytes. */
export const LATENCY_SECONDS = { read: 0.03, write: 0.04, publication: 0.03 } as const;

/** Assumed: from nothing to the first message, with a bundle of some hundred kilobytes and the layer of sharp. Billed too. */
export const COLD_START_SECONDS = 0.5;

/** What the runtime keeps of its time for telling the queue what was not done. */
const RESERVED = { seconds: 2, share: 0.2 } as const;

/** The model in a line. */
export const TIME_MODEL = `a function has a vCPU for each ${MB_PER_VCPU.toLocaleString("en-US")} MB, or that part of one; one upload uses at most one vCPU, so that more memory helps only batches, ${MESSAGES_PER_CORE} of whose messages a core (of two at least) are in hand at once, while others wait for S3 (GET and HEAD ${ms(LATENCY_SECONDS.read)} each, PUT ${ms(LATENCY_SECONDS.write)} for each ${SENT_AT_ONCE} outputs) and SNS (${ms(LATENCY_SECONDS.publication)})`;

/**
 * How long a function works on a batch. Either the vCPUs are busy all the time, with one upload's waiting that nothing
 * overlaps; or uploads wait more than they compute, and each core's turn through its part of the batch is the longer.
 */
export function batchSeconds(messages: number, work: UploadWork, { memoryMb }: Pick<FunctionSize, "memoryMb">): number {
  const vcpus = memoryMb / MB_PER_VCPU;
  const waiting = waitingSeconds(work);
  // Functions see two cores at least.
  const cores = Math.max(2, Math.ceil(vcpus));
  const computed = Math.min(messages, imagesAtOnce(work.pixels, resourcesOf(memoryMb, cores)));
  const computing = (messages * work.cpuSeconds) / Math.min(vcpus, computed) + waiting;
  const turns = Math.ceil(messages / (MESSAGES_PER_CORE * cores));
  const inTurns = turns * (work.cpuSeconds / Math.min(vcpus, 1) + waiting);
  return Math.max(computing, inTurns);
}

/** How many messages of a batch are done before the runtime gives the others back to the queue; none if not even one is. */
export function messagesInTime(batchSize: number, work: UploadWork, size: FunctionSize): number {
  const usable = usableSeconds(size);
  const sizes = Array.from({ length: batchSize }, (_, index) => batchSize - index);
  return sizes.find((messages) => coldBatchSeconds(messages, work, size) <= usable) ?? 0;
}

/** How long the runtime works on a batch at most. */
export function usableSeconds({ timeoutSeconds }: Pick<FunctionSize, "timeoutSeconds">): number {
  return timeoutSeconds - Math.min(RESERVED.seconds, RESERVED.share * timeoutSeconds);
}

/** How long the first batch of a function takes. */
export function coldBatchSeconds(messages: number, work: UploadWork, size: Pick<FunctionSize, "memoryMb">): number {
  return COLD_START_SECONDS + batchSeconds(messages, work, size);
}

/** The least whole timeout in which a function is done with a batch. */
export function neededTimeout(messages: number, work: UploadWork, size: Pick<FunctionSize, "memoryMb">): number {
  return Math.ceil(coldBatchSeconds(messages, work, size) + RESERVED.seconds);
}

function waitingSeconds({ outputs }: UploadWork): number {
  const { read, write, publication } = LATENCY_SECONDS;
  return READS_PER_UPLOAD * read + Math.ceil(outputs / SENT_AT_ONCE) * write + publication;
}

function ms(seconds: number): string {
  return `${Math.round(seconds * 1000)} ms`;
}

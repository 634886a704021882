import type { Scenario, TimedWorker } from "../../infra/estimate/estimate.ts";
import type { Transform } from "../../runtime/contract.ts";
import { wideQuotas } from "./simulated-worker.ts";
import { preview } from "./test-transforms.ts";

/** A worker that takes a tenth of a second of one vCPU for an upload, but for what a test says otherwise. */
export function timedWorker(given: Partial<TimedWorker> = {}): TimedWorker {
  return {
    name: "preview",
    use: "preview",
    transform: preview as Transform,
    options: {},
    isSelective: false,
    memoryMb: 1_769,
    timeoutSeconds: 60,
    architecture: "arm64",
    batchSize: 10,
    scaling: { maximumConcurrency: 10 },
    visibilityTimeoutSeconds: 360,
    maxReceiveCount: 5,
    retentionSeconds: 7 * 86_400,
    work: { cpuSeconds: 0.1, pixels: 6e6, outputs: 1 },
    ...given,
  };
}

/** A hundred thousand uploads in a minute for such a worker, in an account that asked for enough of everything. */
export function scenario(given: {
  readonly stack?: Partial<Scenario["stack"]>;
  readonly load?: Partial<Scenario["load"]>;
  readonly quotas?: Partial<Scenario["quotas"]>;
}): Scenario {
  return {
    stack: {
      name: "dev",
      region: "eu-central-1",
      ingest: "sns",
      filters: 1,
      isOneBucket: false,
      workers: [timedWorker()],
      ...given.stack,
    },
    load: { uploads: 100_000, windowSeconds: 60, ...given.load },
    quotas: wideQuotas({ accountConcurrency: 1_000, ...given.quotas }),
  };
}

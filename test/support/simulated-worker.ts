import type { Quotas } from "../../infra/estimate/simulate.ts";
import type { SimulatedWorker } from "../../infra/estimate/worker-run.ts";

/** A worker that takes a tenth of a second for each message, in one batch after the other, but for what a test says otherwise. */
export function simulatedWorker(given: Partial<SimulatedWorker> = {}): SimulatedWorker {
  return {
    name: "preview",
    scaling: { maximumConcurrency: 10 },
    batchSize: 10,
    messageBytes: 1_024,
    secondsOf: (messages) => messages / 10,
    coldStartSeconds: 0,
    visibilityTimeoutSeconds: 360,
    maxReceiveCount: 5,
    retentionSeconds: 7 * 86_400,
    ...given,
  };
}

/** Quotas that nothing reaches, but for what a test says otherwise. */
export function wideQuotas(given: Partial<Quotas> = {}): Quotas {
  return {
    accountConcurrency: 1_000_000,
    ingest: "sns",
    publicationsPerSecond: Number.POSITIVE_INFINITY,
    ruleInvocationsPerSecond: Number.POSITIVE_INFINITY,
    ...given,
  };
}

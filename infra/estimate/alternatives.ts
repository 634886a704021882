import { amount } from "../figures.ts";
import { FUNCTIONS_PER_POLLER, PROVISIONED_POLLERS } from "../lambda-scaling.ts";
import { batchSeconds } from "./batch-time.ts";
import { type Estimate, estimate, type Scenario, type TimedWorker } from "./estimate.ts";
import { KEEPS_UP_SECONDS, limitOf } from "./held-back.ts";
import type { WorkerScaling } from "./pollers.ts";
import type { Quotas } from "./simulate.ts";

/** Other settings or quotas, and what they would make of the same uploads. */
export interface Alternative extends Estimate {
  /** What AWS has to grant, such as `30,000 SNS messages a second`. */
  readonly asked: readonly string[];
  /** `maximumConcurrency of 550 for responsive, 150 for optimize` */
  readonly settings: string;
  readonly scenario: Scenario;
}

/** What Lambda takes for a mapping. */
const MAXIMUM_CONCURRENCY = { min: 2, max: 1_000 } as const;
const POLLERS = { min: 2, max: 10_000 } as const;

/** What is left to all else in the account. */
const FREE_SHARE = 0.1;

/** A round number that AWS grants with a reason; more than one machine would ever do. */
const LARGER_ACCOUNT = 10_000;

/** The quotas of the largest regions. */
const LARGER = { publicationsPerSecond: 30_000, ruleInvocationsPerSecond: 18_750 } as const;

/** Changes that take less than this off the time are not worth telling. */
const WORTH = 0.1;

/**
 * What would be faster: the most that the account has, given to workers by how much they have to do; a larger account; and
 * provisioned pollers in that. Where SNS or EventBridge would hold it back, the same again with their quotas of the largest
 * regions. Only what is faster than what was before it, and nothing after what keeps up with uploads.
 */
export function alternatives(scenario: Scenario, now: Estimate): Alternative[] {
  const { accountConcurrency } = scenario.quotas;
  const larger = Math.max(LARGER_ACCOUNT, accountConcurrency);
  const changes = [
    withConcurrency(scenario, accountConcurrency),
    withPollers(scenario, accountConcurrency),
    withConcurrency(scenario, larger),
    withPollers(scenario, larger),
  ];
  const faster: Alternative[] = [];
  const consider = (change: Change): Alternative => {
    const other = { ...change, ...estimate(change.scenario) };
    const best = faster.at(-1)?.run.drainedAt ?? now.run.drainedAt;
    if (other.run.drainedAt < best * (1 - WORTH)) faster.push(other);
    return other;
  };
  for (const change of changes) {
    const fastest = faster.at(-1) ?? { scenario, ...now };
    if (keepsUp(fastest.scenario, fastest)) break;
    const other = consider(change);
    if (isHeldBackByServices(other)) consider(withLargerQuotas(change));
  }
  return faster;
}

function keepsUp(scenario: Scenario, { run }: Estimate): boolean {
  return (
    run.acceptedAt <= scenario.load.windowSeconds + KEEPS_UP_SECONDS &&
    run.workers.every((worker) => limitOf(worker) === undefined)
  );
}

function isHeldBackByServices({ scenario, run }: Alternative): boolean {
  const isLate = run.acceptedAt > scenario.load.windowSeconds + KEEPS_UP_SECONDS;
  return isLate || run.workers.some((worker) => limitOf(worker) === "publications");
}

type Change = Pick<Alternative, "asked" | "settings" | "scenario">;

function withConcurrency(scenario: Scenario, account: number): Change {
  const parts = partsByWork(scenario.stack.workers, account * (1 - FREE_SHARE));
  const scalings = parts.map((part) => ({
    maximumConcurrency: clamp(part, MAXIMUM_CONCURRENCY),
  }));
  const shown = scalings.map(({ maximumConcurrency }) => amount(maximumConcurrency));
  return {
    asked: accountAsked(scenario.quotas, account),
    settings: `maximumConcurrency of ${listOf(scenario.stack.workers, shown)}`,
    scenario: withScaling(scenario, scalings, account),
  };
}

function withPollers(scenario: Scenario, account: number): Change {
  const parts = partsByWork(scenario.stack.workers, account * (1 - FREE_SHARE));
  const scalings = parts.map((part, index) => ({
    minimumPollers: POLLERS.min,
    maximumPollers: clamp(Math.ceil(part / functionsOfPoller(scenario.stack.workers[index])), POLLERS),
  }));
  const shown = scalings.map(({ maximumPollers }) => amount(maximumPollers));
  return {
    asked: accountAsked(scenario.quotas, account),
    settings: `provisionedPollers of at most ${listOf(scenario.stack.workers, shown)}`,
    scenario: withScaling(scenario, scalings, account),
  };
}

function withLargerQuotas({ asked, settings, scenario }: Change): Change {
  const { quotas } = scenario;
  const publicationsPerSecond = Math.max(LARGER.publicationsPerSecond, quotas.publicationsPerSecond);
  const ruleInvocationsPerSecond = Math.max(LARGER.ruleInvocationsPerSecond, quotas.ruleInvocationsPerSecond);
  const isEventBridge = quotas.ingest === "eventbridge";
  return {
    asked: [
      ...asked,
      ...(publicationsPerSecond > quotas.publicationsPerSecond
        ? [`${amount(publicationsPerSecond)} SNS messages a second`]
        : []),
      ...(isEventBridge && ruleInvocationsPerSecond > quotas.ruleInvocationsPerSecond
        ? [`${amount(ruleInvocationsPerSecond)} EventBridge invocations a second`]
        : []),
    ],
    settings,
    scenario: { ...scenario, quotas: { ...quotas, publicationsPerSecond, ruleInvocationsPerSecond } },
  };
}

/** Functions for each worker, so that all are done at about the same time. */
function partsByWork(workers: readonly TimedWorker[], functions: number): number[] {
  const seconds = workers.map((worker) => batchSeconds(worker.batchSize, worker.work, worker) / worker.batchSize);
  const sum = seconds.reduce((total, one) => total + one, 0);
  return seconds.map((one) => (functions * one) / sum);
}

/** Functions that are done within a second are done before their poller has the next batches for all of them. */
function functionsOfPoller(worker: TimedWorker | undefined): number {
  const seconds = worker ? batchSeconds(worker.batchSize, worker.work, worker) : 1;
  return Math.min(FUNCTIONS_PER_POLLER, PROVISIONED_POLLERS.pollsPerSecond * seconds);
}

function withScaling(scenario: Scenario, scalings: readonly WorkerScaling[], accountConcurrency: number): Scenario {
  const workers = scenario.stack.workers.map((worker, index) => ({
    ...worker,
    scaling: scalings[index] ?? worker.scaling,
  }));
  return {
    ...scenario,
    stack: { ...scenario.stack, workers },
    quotas: { ...scenario.quotas, accountConcurrency },
  };
}

function accountAsked({ accountConcurrency }: Quotas, account: number): string[] {
  return account === accountConcurrency ? [] : [`an account concurrency of ${amount(account)}`];
}

/** `550 for responsive, 150 for optimize` */
function listOf(workers: readonly TimedWorker[], values: readonly string[]): string {
  return workers.map(({ name }, index) => `${values[index]} for ${name}`).join(", ");
}

function clamp(number: number, { min, max }: { readonly min: number; readonly max: number }): number {
  return Math.max(min, Math.min(max, Math.floor(number)));
}

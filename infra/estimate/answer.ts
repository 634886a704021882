import { amount, count, dollars, duration } from "../figures.ts";
import type { Alternative } from "./alternatives.ts";
import { SERVICES, totalOf } from "./costs.ts";
import type { Estimate, Scenario } from "./estimate.ts";
import { heldBackBy, KEEPS_UP_SECONDS } from "./held-back.ts";
import { losesUploads, lossesOf } from "./losses.ts";

/** The answer in sentences, the most important one first. */
export function answer(scenario: Scenario, now: Estimate, others: readonly Alternative[]): string[] {
  return [
    firstSentence(scenario, now),
    accepted(scenario, now),
    ...work(scenario, now),
    ...lossesOf(scenario, now),
    price(scenario, now),
    ...faster(now, others),
  ];
}

function firstSentence(scenario: Scenario, now: Estimate): string {
  const { load, stack } = scenario;
  const { run, dollars: price } = now;
  const { uploads, windowSeconds } = load;
  const within = windowSeconds === 0 ? "at once" : `in ${duration(windowSeconds)}`;
  return `${count(uploads, "upload")} ${within}, stack ${stack.name} in ${stack.region}, ${count(stack.workers.length, "worker")}: in the queues after ${duration(run.acceptedAt)}, ${losesUploads(scenario, now) ? "all that is not lost" : "all"} derived after ${duration(run.drainedAt)}, for ${dollars(price)}.`;
}

function accepted({ load, quotas, stack }: Scenario, { run }: Estimate): string {
  if (run.acceptedAt <= load.windowSeconds + KEEPS_UP_SECONDS) return "The queues take them as they come.";
  const speed = perSecond(load.uploads, Math.max(load.windowSeconds, 1));
  if (quotas.ingest === "eventbridge")
    return `The queues have them late: they come at ${speed} a second for ${count(stack.workers.length, "rule")}, and EventBridge sends ${amount(quotas.ruleInvocationsPerSecond)} events a second to targets in ${stack.region} unless the account asked for more. What is over that is late, not lost.`;
  return `The queues have them late: they come at ${speed} a second, and SNS takes ${amount(quotas.publicationsPerSecond)} messages a second in ${stack.region} unless the account asked for more, the results of workers among them. What it does not take is taken to wait in S3, which tries again.`;
}

function work(scenario: Scenario, now: Estimate): string[] {
  const limits = heldBackBy(scenario, now);
  if (limits === undefined) return ["Nothing holds the work back: each worker keeps up with uploads."];
  const byEnd = now.run.workers.toSorted((a, b) => a.drainedAt - b.drainedAt);
  const [first, last] = [byEnd[0], byEnd.at(-1)];
  const order =
    first && last && first !== last
      ? ` Worker ${first.name} is done first, after ${duration(first.drainedAt)}, and ${last.name} last, after ${duration(last.drainedAt)}.`
      : "";
  return [`What holds the work back is ${limits}.${order}`];
}

function price({ load, stack }: Scenario, { costs, dollars: sum }: Estimate): string {
  const services = SERVICES.filter((service) => costs.sum[service] >= 0.01 * sum)
    .sort((a, b) => costs.sum[b] - costs.sum[a])
    .map((service) => `${service} ${dollars(costs.sum[service])}`);
  const totals = costs.workers.map(totalOf);
  const most = Math.max(...totals);
  const dearest = stack.workers[totals.indexOf(most)];
  const share =
    dearest && stack.workers.length > 1 ? `; worker ${dearest.name} makes ${percent(most / sum)} of it` : "";
  return `It costs ${dollars(sum)}, which is ${dollars((sum / load.uploads) * 1e6)} for a million uploads: ${services.join(", ")}${share}.`;
}

/** The best that this account can do, and the best at all. */
function faster(now: Estimate, others: readonly Alternative[]): string[] {
  const own = others.findLast(({ asked }) => asked.length === 0);
  const best = others.at(-1);
  const told = [own, best === own ? undefined : best].filter((one) => one !== undefined);
  return told.map((other) => {
    const difference = other.dollars - now.dollars;
    const more = Math.abs(difference) < 0.01 * now.dollars ? "about the same money" : dollars(other.dollars);
    return `${other.asked.length === 0 ? "With the settings below alone" : `With ${other.asked.join(" and ")} asked of AWS, and the settings below,`} it takes ${duration(other.run.drainedAt)} for ${more}; then it is held back by ${heldBackBy(other.scenario, other) ?? "nothing but the uploads themselves"}.`;
  });
}

function perSecond(uploads: number, seconds: number): string {
  return amount(uploads / seconds);
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}

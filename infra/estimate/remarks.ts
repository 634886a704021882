import { amount, dollars, duration } from "../figures.ts";
import { FUNCTIONS_PER_POLLER } from "../lambda-scaling.ts";
import { PRICES } from "../prices.ts";
import type { Alternative } from "./alternatives.ts";
import { COLD_START_SECONDS, TIME_MODEL } from "./batch-time.ts";
import type { Estimate, Scenario } from "./estimate.ts";
import { heldBackBy } from "./held-back.ts";
import { PREFIX_REQUESTS } from "./region-quotas.ts";
import { requestsPerSecond } from "./speeds.ts";

const HOURS_A_MONTH = 730;

/** A paragraph for each change that would be faster, in the order of their speed. */
export function changes(others: readonly Alternative[]): string[] {
  return others.map((other) => {
    const { asked, settings, scenario, run, dollars: price } = other;
    const first = asked.length > 0 ? `with ${asked.join(" and ")} asked of AWS, and ` : "with ";
    const speed = s3Sentence(scenario, other, "then");
    return `- ${duration(run.drainedAt)}, ${dollars(price)}: ${first}${settings}. Held back by ${heldBackBy(scenario, other) ?? "nothing"}.${speed ? ` ${speed}` : ""}`;
  });
}

/** What else somebody should know before the uploads come. */
export function remarks(scenario: Scenario, now: Estimate): string[] {
  return [
    uploadsSentence(scenario),
    s3Sentence(scenario, now, "at the most"),
    ...pollerSentences(scenario),
    together(scenario),
  ]
    .filter((line) => line !== "")
    .map((line) => `- ${line}`);
}

/** How the figures were made. */
export function assumptions({ stack, load }: Scenario, times: string): string[] {
  const selective = stack.workers.filter(({ isSelective }) => isSelective).map(({ name }) => name);
  const all = selective.length > 0 ? `, though not all are for ${selective.join(", ")}` : "";
  return [
    `Times: ${times}`,
    `Model: ${TIME_MODEL}. A cold start takes ${COLD_START_SECONDS} s.`,
    `Prices: those of us-east-1 without any free tier, and without what is stored, keys, alarms, mail, and traffic out of AWS.`,
    `Uploads: each one is a new image${all}, and none fails; ${amount(load.uploads)} of them are for each worker.`,
  ].map((line) => `- ${line}`);
}

function uploadsSentence({ load }: Scenario): string {
  const speed = load.uploads / Math.max(load.windowSeconds, 1);
  if (speed <= PREFIX_REQUESTS.writes) return "";
  return `S3 gets ${amount(speed)} uploads a second, and takes ${amount(PREFIX_REQUESTS.writes)} writes a second for a prefix; it splits a busy prefix by itself, but slowly, and answers 503 until then. Use several prefixes, or uploaders that try again.`;
}

function s3Sentence(scenario: Scenario, estimate: Estimate, when: string): string {
  const { reads, writes } = requestsPerSecond(scenario, estimate);
  const parts = [
    ...(reads > PREFIX_REQUESTS.reads
      ? [`${amount(reads)} reads a second of uploads (${amount(PREFIX_REQUESTS.reads)} for a prefix)`]
      : []),
    ...(writes > PREFIX_REQUESTS.writes
      ? [`${amount(writes)} writes a second of one worker (${amount(PREFIX_REQUESTS.writes)} for a prefix)`]
      : []),
  ];
  if (parts.length === 0) return "";
  return `S3 gets ${parts.join(" and ")} ${when}: what it refuses is tried again, so that keys without many prefixes make it slower than this.`;
}

function pollerSentences({ stack }: Scenario): string[] {
  return stack.workers.flatMap(({ name, scaling }) =>
    "minimumPollers" in scaling
      ? [
          `The ${amount(scaling.minimumPollers)} pollers that ${name} always has cost ${dollars(scaling.minimumPollers * HOURS_A_MONTH * PRICES.pollerHour)} a month, uploads or not.`,
        ]
      : [],
  );
}

function together({ stack, quotas }: Scenario): string {
  const sum = stack.workers.reduce(
    (total, { scaling }) =>
      total +
      ("maximumConcurrency" in scaling ? scaling.maximumConcurrency : FUNCTIONS_PER_POLLER * scaling.maximumPollers),
    0,
  );
  if (sum <= quotas.accountConcurrency) return "";
  return `Workers together may run ${amount(sum)} functions, and the account ${amount(quotas.accountConcurrency)}: what else runs in the account is throttled too.`;
}

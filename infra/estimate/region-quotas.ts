/**
 * Messages a second that an account may publish to standard topics, by S3's hand and by its own, unless it asked for more
 * (https://docs.aws.amazon.com/general/latest/gr/sns.html).
 */
const PUBLICATIONS: Readonly<Record<string, number>> = {
  "us-east-1": 30_000,
  "us-west-2": 9_000,
  "eu-west-1": 9_000,
  ...each(1_500, ["us-east-2", "us-west-1", "ap-south-1", "ap-northeast-1", "ap-northeast-2"]),
  ...each(1_500, ["ap-southeast-1", "ap-southeast-2", "eu-central-1"]),
};
const PUBLICATIONS_ELSEWHERE = 300;

/**
 * Events a second that rules send to their targets, unless an account asked for more; the rest is late, not lost
 * (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html).
 */
const RULE_INVOCATIONS: Readonly<Record<string, number>> = {
  ...each(18_750, ["us-east-1", "us-west-2", "eu-west-1"]),
  ...each(4_500, ["us-east-2", "eu-central-1", "eu-south-2"]),
  ...each(2_250, ["us-west-1", "ap-northeast-1", "ap-southeast-1", "ap-southeast-2", "eu-west-2"]),
  ...each(1_100, ["ap-east-1", "ap-northeast-2", "ap-south-1", "ca-central-1", "eu-north-1", "eu-west-3", "sa-east-1"]),
};
const RULE_INVOCATIONS_ELSEWHERE = 750;

/** Requests a second on one prefix of a bucket, once S3 has split it (https://docs.aws.amazon.com/AmazonS3/latest/userguide/optimizing-performance.html). */
export const PREFIX_REQUESTS = { writes: 3_500, reads: 5_500 } as const;

export function publicationsPerSecond(region: string): number {
  return PUBLICATIONS[region] ?? PUBLICATIONS_ELSEWHERE;
}

export function ruleInvocationsPerSecond(region: string): number {
  return RULE_INVOCATIONS[region] ?? RULE_INVOCATIONS_ELSEWHERE;
}

function each(perSecond: number, regions: readonly string[]): Record<string, number> {
  return Object.fromEntries(regions.map((region) => [region, perSecond]));
}

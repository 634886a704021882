import { describe, expect, it } from "vitest";
import { make, type Resource } from "../made-resources.ts";

const SQS = "arn:aws:sqs:us-east-1:000000000000";

const dead: Resource = ["aws:sqs/queue:Queue", { name: "dead" }];
const work: Resource = [
  "aws:sqs/queue:Queue",
  { name: "work", redrivePolicy: JSON.stringify({ deadLetterTargetArn: `${SQS}:dead`, maxReceiveCount: 5 }) },
];
const allow = (policy: object): Resource => [
  "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy",
  {
    queueUrl: "https://sqs.us-east-1.amazonaws.com/000000000000/dead",
    redriveAllowPolicy: JSON.stringify(policy),
  },
];
const byQueue = (...sourceQueueArns: readonly string[]) => allow({ redrivePermission: "byQueue", sourceQueueArns });
const queues = (count: number) => Array.from({ length: count }, (_, index) => `${SQS}:work-${index}`);

describe("a redrive allow policy", () => {
  it.each<[string, readonly Resource[]]>([
    ["allows a queue that is there", [dead, work, byQueue(`${SQS}:work`)]],
    ["allows a queue that is made later", [dead, byQueue(`${SQS}:work`), work]],
    ["allows ten queues", [dead, byQueue(...queues(10))]],
    ["allows all", [dead, allow({ redrivePermission: "allowAll" }), work]],
    ["denies all before there are any", [dead, allow({ redrivePermission: "denyAll" })]],
  ])("%s", async (_, resources) => {
    expect(await make(...resources)).toBeUndefined();
  });

  it.each<[string, readonly Resource[], RegExp]>([
    ["an unknown permission", [dead, allow({ redrivePermission: "allow" })], /redrivePermission of allowAll, denyAll/],
    ["no queues", [dead, allow({ redrivePermission: "byQueue" })], /1 to 10 sourceQueueArns with byQueue/],
    ["eleven queues", [dead, byQueue(...queues(11))], /1 to 10 sourceQueueArns/],
    ["a queue by its name", [dead, byQueue("work")], /1 to 10 sourceQueueArns/],
    [
      "queues for all",
      [dead, allow({ redrivePermission: "allowAll", sourceQueueArns: queues(1) })],
      /and none without, received/,
    ],
    ["another queue than its source", [dead, work, byQueue(`${SQS}:other`)], /allows arn:aws:sqs:.*:work, whose/],
  ])("is refused with %s", async (_, resources, message) => {
    expect(await make(...resources)).toMatch(message);
  });

  it.each<[string, Resource]>([
    ["it allows another one", byQueue(`${SQS}:other`)],
    ["it denies all", allow({ redrivePermission: "denyAll" })],
  ])("keeps a queue from being made if %s", async (_, policy) => {
    expect(await make(dead, policy, work)).toMatch(/whose redrive allow policy allows arn:aws:sqs:.*:work, received/);
  });
});

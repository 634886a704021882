import { PutObjectCommand } from "@aws-sdk/client-s3";
import { describe, expect, it } from "vitest";
import { type GuardedCloud, startGuardedCloud } from "./guarded-cloud.ts";
import { arn } from "./policy-samples.ts";

const RULE = arn("events", "rule/uploads");
const QUEUE = arn("sqs", "work");
const DEAD_LETTERS = arn("sqs", "undelivered");
const MISSING = arn("sqs", "missing");

interface Rules extends GuardedCloud {
  readonly urls: readonly string[];
}

const admission = (queueArn: string, sourceArn: string) =>
  JSON.stringify({
    Statement: {
      Effect: "Allow",
      Principal: { Service: "events.amazonaws.com" },
      Action: "sqs:SendMessage",
      Resource: queueArn,
      Condition: { ArnEquals: { "aws:SourceArn": sourceArn } },
    },
  });

/** A rule with a target, and two queues whose policies are as given. */
async function startRule(
  policies: Readonly<Record<string, string>>,
  { queueArn = QUEUE, deadLetterArn }: { queueArn?: string; deadLetterArn?: string } = {},
): Promise<Rules> {
  const cloud = await startGuardedCloud();
  const urls = [];
  for (const name of ["work", "undelivered"]) urls.push((await cloud.emulator.createQueue(name, {})).url);
  for (const [holder, policy] of Object.entries(policies)) cloud.access.putResourcePolicy(holder, policy);
  await cloud.emulator.createBucket("uploads");
  await cloud.emulator.putBucketNotification("uploads", { topics: [], eventBridge: true });
  await cloud.emulator.putEventRule({ name: "uploads", eventPattern: '{"source":["aws.s3"]}', isEnabled: true });
  await cloud.emulator.putEventTarget({ rule: "uploads", id: "work", queueArn, deadLetterArn });
  await cloud.s3.send(new PutObjectCommand({ Bucket: "uploads", Key: "a.jpg", Body: "x" }));
  return { ...cloud, urls };
}

/** The keys in the queue and in the dead-letter queue, each with the text of its attributes. */
async function contents({ drain, urls }: Rules) {
  const messages = await Promise.all(urls.map((url) => drain(url)));
  return messages.map((queue) =>
    queue.map(({ Body = "", MessageAttributes = {} }) => ({
      key: JSON.parse(Body).detail.object.key,
      ...Object.fromEntries(Object.entries(MessageAttributes).map(([name, { StringValue }]) => [name, StringValue])),
    })),
  );
}

const refusal = (queueArn: string) =>
  `User: events.amazonaws.com is not authorized to perform: sqs:SendMessage on resource: "${queueArn}" because no resource-based policy allows the sqs:SendMessage action`;

describe("an event that a rule matches", () => {
  it("reaches a queue whose policy admits the rule", async () => {
    await using cloud = await startRule({ [QUEUE]: admission(QUEUE, RULE) });

    expect(await contents(cloud)).toEqual([[{ key: "a.jpg" }], []]);
    expect(cloud.decisions.find(({ action }) => action === "sqs:SendMessage")).toMatchObject({
      principal: "events.amazonaws.com",
      resource: QUEUE,
      context: { "aws:SourceArn": RULE },
    });
    expect(cloud.lost).toEqual([]);
  });

  it("goes to the target's dead-letter queue, and says why, if the queue's policy admits another rule", async () => {
    const policies = { [QUEUE]: admission(QUEUE, `${RULE}2`), [DEAD_LETTERS]: admission(DEAD_LETTERS, RULE) };
    await using cloud = await startRule(policies, { deadLetterArn: DEAD_LETTERS });

    expect(await contents(cloud)).toEqual([
      [],
      [
        {
          key: "a.jpg",
          RULE_ARN: RULE,
          TARGET_ARN: QUEUE,
          ERROR_CODE: "NO_PERMISSIONS",
          ERROR_MESSAGE: refusal(QUEUE),
          RETRY_ATTEMPTS: "0",
        },
      ],
    ]);
    expect(cloud.lost).toEqual([]);
  });

  it("goes there, too, if there is no such queue", async () => {
    const policies = { [MISSING]: admission(MISSING, RULE), [DEAD_LETTERS]: admission(DEAD_LETTERS, RULE) };
    await using cloud = await startRule(policies, { queueArn: MISSING, deadLetterArn: DEAD_LETTERS });

    const [, deadLetters] = await contents(cloud);

    expect(deadLetters).toEqual([expect.objectContaining({ TARGET_ARN: MISSING, ERROR_CODE: "NO_RESOURCE" })]);
  });

  it.each<[string, string | undefined, string]>([
    ["there is no dead-letter queue", undefined, refusal(QUEUE)],
    ["the dead-letter queue admits nobody", DEAD_LETTERS, refusal(DEAD_LETTERS)],
  ])("is lost, and said to be, if %s", async (_, deadLetterArn, reason) => {
    await using cloud = await startRule({}, deadLetterArn === undefined ? {} : { deadLetterArn });

    expect(await contents(cloud)).toEqual([[], []]);
    expect(cloud.lost).toEqual([
      { sourceArn: RULE, queueArn: QUEUE, body: expect.stringContaining('"key":"a.jpg"'), reason },
    ]);
  });
});

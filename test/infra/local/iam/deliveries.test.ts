import { PutObjectCommand } from "@aws-sdk/client-s3";
import { PublishCommand } from "@aws-sdk/client-sns";
import { describe, expect, it } from "vitest";
import { deliveryQueuePolicy, uploadsTopicPolicy } from "../../../../infra/policies.ts";
import { type GuardedCloud, startGuardedCloud } from "./guarded-cloud.ts";
import { arn } from "./policy-samples.ts";

const TOPIC = arn("sns", "uploads");
const QUEUE = arn("sqs", "work");
const DEAD_LETTERS = arn("sqs", "undelivered");

/** A topic with a queue and its dead-letter queue, which admit the topic if they are named. */
async function startTopic(...admitting: readonly string[]): Promise<GuardedCloud & { urls: string[] }> {
  const cloud = await startGuardedCloud();
  await cloud.emulator.createTopic("uploads");
  const urls = [];
  for (const name of ["work", "undelivered"]) urls.push((await cloud.emulator.createQueue(name, {})).url);
  for (const queueArn of admitting) {
    cloud.access.putResourcePolicy(queueArn, deliveryQueuePolicy({ queueArn, topicArn: TOPIC }));
  }
  const redrivePolicy = JSON.stringify({ deadLetterTargetArn: DEAD_LETTERS });
  await cloud.emulator.subscribe({ topicArn: TOPIC, queueArn: QUEUE, rawMessageDelivery: true, redrivePolicy });
  return { ...cloud, urls };
}

/** What is in the queue, and in its dead-letter queue. */
async function contents({ drain, urls }: GuardedCloud & { urls: string[] }) {
  const messages = await Promise.all(urls.map((url) => drain(url)));
  return messages.map((queue) => queue.map(({ Body }) => Body));
}

const publish = (cloud: GuardedCloud) => cloud.sns.send(new PublishCommand({ TopicArn: TOPIC, Message: "hello" }));
const refusal = (queueArn: string) =>
  `User: sns.amazonaws.com is not authorized to perform: sqs:SendMessage on resource: "${queueArn}" because no resource-based policy allows the sqs:SendMessage action`;

describe("a message of a topic", () => {
  it("reaches a queue whose policy admits the topic", async () => {
    await using cloud = await startTopic(QUEUE);

    await publish(cloud);

    expect(await contents(cloud)).toEqual([["hello"], []]);
    expect(cloud.lost).toEqual([]);
  });

  it("goes to the dead-letter queue of its subscription if the queue's policy does not", async () => {
    await using cloud = await startTopic(DEAD_LETTERS);

    await publish(cloud);

    expect(await contents(cloud)).toEqual([[], ["hello"]]);
    expect(cloud.decisions.flatMap(({ refusal }) => refusal ?? [])).toEqual([refusal(QUEUE)]);
  });

  it("is lost, and said to be, if neither policy does", async () => {
    await using cloud = await startTopic();

    await publish(cloud);

    expect(await contents(cloud)).toEqual([[], []]);
    expect(cloud.lost).toEqual([{ sourceArn: TOPIC, queueArn: QUEUE, body: "hello", reason: refusal(DEAD_LETTERS) }]);
  });
});

describe("an event of a bucket", () => {
  const notification = { topics: [{ topicArn: TOPIC, events: ["s3:ObjectCreated:*"] }] };
  const admit = ({ access }: GuardedCloud, bucket: string) =>
    access.putResourcePolicy(TOPIC, uploadsTopicPolicy({ topicArn: TOPIC, bucketArn: `arn:aws:s3:::${bucket}` }));

  it("reaches a topic for as long as the topic's policy admits the bucket", async () => {
    await using cloud = await startTopic(QUEUE);
    await cloud.emulator.createBucket("uploads");
    admit(cloud, "uploads");
    await cloud.emulator.putBucketNotification("uploads", notification);

    await cloud.s3.send(new PutObjectCommand({ Bucket: "uploads", Key: "first", Body: "x" }));
    admit(cloud, "another");
    await cloud.s3.send(new PutObjectCommand({ Bucket: "uploads", Key: "second", Body: "x" }));

    const [events = []] = await contents(cloud);
    const keys = events.map((event) => JSON.parse(event ?? "").Records?.[0].s3.object.key);
    expect(keys).toEqual([undefined, "first"]);
    expect(cloud.decisions.find(({ refusal }) => refusal)).toMatchObject({
      principal: "s3.amazonaws.com",
      action: "sns:Publish",
      resource: TOPIC,
    });
  });

  it("can't be asked for of a topic whose policy does not admit the bucket", async () => {
    await using cloud = await startTopic(QUEUE);
    await cloud.emulator.createBucket("uploads");
    admit(cloud, "another");

    await expect(cloud.emulator.putBucketNotification("uploads", notification)).rejects.toThrow(
      `Unable to validate the following destination configurations: ${TOPIC}`,
    );
  });
});

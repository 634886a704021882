import { PutObjectCommand } from "@aws-sdk/client-s3";
import { describe, expect, it } from "vitest";
import { startEmulatedCloud } from "../emulator/emulated-cloud.ts";

/*
 * What SNS documents of filter policies on bodies, tried with S3's own events:
 * https://docs.aws.amazon.com/sns/latest/dg/string-value-matching.html
 * https://docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html
 * https://aws.amazon.com/blogs/compute/introducing-payload-based-message-filtering-for-amazon-sns/
 */
const Bucket = "uploads";
const KEYS = ["in/a.jpg", "in/b.JPG", "in/c.png", "out/a.jpg", "in/red flower.jpg"];

/** The keys, encoded, of the events that pass a policy; the bucket's test event is among those that may. */
async function passing(policy: object): Promise<string[]> {
  await using cloud = await startEmulatedCloud();
  const topicArn = await cloud.emulator.createTopic("uploads");
  const { url, arn } = await cloud.emulator.createQueue("uploads", {});
  const filterPolicy = JSON.stringify(policy);
  const filter = { filterPolicy, filterPolicyScope: "MessageBody" as const };
  await cloud.emulator.subscribe({ topicArn, queueArn: arn, rawMessageDelivery: true, ...filter });
  await cloud.emulator.createBucket(Bucket);
  await cloud.emulator.putBucketNotification(Bucket, { topics: [{ topicArn, events: ["s3:ObjectCreated:*"] }] });
  for (const Key of KEYS) await cloud.s3.send(new PutObjectCommand({ Bucket, Key, Body: "x" }));
  const messages = (await cloud.drain(url)).map(({ Body = "" }) => JSON.parse(Body));
  return messages.map(({ Event, Records }) => Event ?? Records[0].s3.object.key);
}

const onKey = (...key: unknown[]) => ({ Records: { s3: { object: { key } } } });

describe("a filter policy on the bodies of S3's events", () => {
  it.each<[string, object, string[]]>([
    // Arrays: a policy is written as if they were the values in them.
    ["an exact key", onKey("in/c.png"), ["in/c.png"]],
    ["a prefix", onKey({ prefix: "out/" }), ["out/a.jpg"]],
    // "Matching is case-sensitive."
    ["a suffix", onKey({ suffix: ".jpg" }), ["in/a.jpg", "out/a.jpg", "in/red+flower.jpg"]],
    // Values of one key are alternatives.
    ["several suffixes", onKey({ suffix: ".JPG" }, { suffix: ".png" }), ["in/b.JPG", "in/c.png"]],
    ["a wildcard", onKey({ wildcard: "in/*.jpg" }), ["in/a.jpg", "in/red+flower.jpg"]],
    ["anything but a suffix", onKey({ "anything-but": { suffix: ".jpg" } }), ["in/b.JPG", "in/c.png"]],
    ["anything but a prefix", onKey({ "anything-but": { prefix: "in/" } }), ["out/a.jpg"]],
    [
      "anything but values",
      onKey({ "anything-but": ["in/a.jpg", "in/b.JPG", "in/c.png", "out/a.jpg"] }),
      ["in/red+flower.jpg"],
    ],
    ["a key regardless of case", onKey({ "equals-ignore-case": "IN/B.jpg" }), ["in/b.JPG"]],
    // The filter sees the key as the event has it.
    ["an encoded key", onKey({ prefix: "in/red+" }), ["in/red+flower.jpg"]],
    ["a key that is not encoded", onKey({ prefix: "in/red " }), []],
    // Different keys of a policy must all match.
    [
      "a suffix and an event",
      { Records: { s3: { object: { key: [{ suffix: ".png" }] } }, eventName: [{ prefix: "ObjectCreated:" }] } },
      ["in/c.png"],
    ],
    [
      "a suffix and another event",
      { Records: { s3: { object: { key: [{ suffix: ".png" }] } }, eventName: [{ prefix: "ObjectRemoved:" }] } },
      [],
    ],
    ["a size", { Records: { s3: { object: { size: [{ numeric: [">", 1] }] } } } }, []],
    // The test event is a body like any other.
    ["the test event", { Event: ["s3:TestEvent"] }, ["s3:TestEvent"]],
  ])("lets pass by %s", async (_what, policy, expected) => {
    expect(await passing(policy)).toEqual(expected);
  });

  it.each<[string, object]>([
    // "The total combination must not exceed 150": the product of values and depths of all keys.
    ["38 values of a key at depth 4", onKey(...Array.from({ length: 38 }, (_, index) => ({ suffix: `.${index}` })))],
    ["more than five keys", { a: ["x"], b: ["x"], c: ["x"], d: ["x"], e: ["x"], f: ["x"] }],
    // "Each wildcard pattern can contain up to three wildcards"; complexity is at most 100 points.
    ["eleven wildcards", onKey(...Array.from({ length: 11 }, (_, index) => ({ wildcard: `${index}/*.jpg` })))],
    ["a prefix and a suffix in one", onKey({ prefix: "in/", suffix: ".jpg" })],
    ["an unknown operator", onKey({ contains: "a" })],
    ["a bare value", { Records: { eventName: "ObjectCreated:Put" } }],
  ])("is refused with %s", async (_what, policy) => {
    await expect(passing(policy)).rejects.toMatchObject({ code: "InvalidParameter" });
  });

  it("may have 37 values of a key at depth 4", async () => {
    const suffixes = Array.from({ length: 36 }, (_, index) => ({ suffix: `.${index}` }));

    expect(await passing(onKey({ suffix: ".png" }, ...suffixes))).toEqual(["in/c.png"]);
  });
});

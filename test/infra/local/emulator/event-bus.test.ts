import { PutObjectCommand } from "@aws-sdk/client-s3";
import { describe, expect, it } from "vitest";
import type { EventRule } from "../../../../infra/local/emulator.ts";
import { type EmulatedCloud, startEmulatedCloud } from "./emulated-cloud.ts";

const Bucket = "uploads";
const rule = (name: string, suffix: string, others: Partial<EventRule> = {}): EventRule => ({
  name,
  eventPattern: JSON.stringify({ detail: { object: { key: [{ suffix }] } } }),
  isEnabled: true,
  ...others,
});

async function startBus(): Promise<EmulatedCloud & { queue(name: string): Promise<{ arn: string; url: string }> }> {
  const cloud = await startEmulatedCloud();
  await cloud.emulator.createBucket(Bucket);
  await cloud.emulator.putBucketNotification(Bucket, { topics: [], eventBridge: true });
  return { ...cloud, queue: (name) => cloud.emulator.createQueue(name, {}) };
}

async function keysIn({ drain }: EmulatedCloud, url: string): Promise<string[]> {
  return (await drain(url)).map(({ Body = "" }) => JSON.parse(Body).detail.object.key);
}

const put = ({ s3 }: EmulatedCloud, Key: string) => s3.send(new PutObjectCommand({ Bucket, Key, Body: "x" }));

describe("the event bus", () => {
  it("delivers an event to all targets of all rules that match it", async () => {
    await using bus = await startBus();
    const [one, two, three] = [await bus.queue("one"), await bus.queue("two"), await bus.queue("three")];
    for (const suffix of ["jpg", "png"]) await bus.emulator.putEventRule(rule(suffix, suffix));
    await bus.emulator.putEventTarget({ rule: "jpg", id: "one", queueArn: one.arn });
    await bus.emulator.putEventTarget({ rule: "jpg", id: "two", queueArn: two.arn });
    await bus.emulator.putEventTarget({ rule: "png", id: "three", queueArn: three.arn });

    for (const key of ["a.jpg", "b.png", "c.gif"]) await put(bus, key);

    expect(await Promise.all([one, two, three].map(({ url }) => keysIn(bus, url)))).toEqual([
      ["a.jpg"],
      ["a.jpg"],
      ["b.png"],
    ]);
  });

  it("keeps the targets of a rule that gets another pattern, and replaces a target of the same id", async () => {
    await using bus = await startBus();
    const [old, current] = [await bus.queue("old"), await bus.queue("current")];
    await bus.emulator.putEventRule(rule("rule", "jpg"));
    await bus.emulator.putEventTarget({ rule: "rule", id: "queue", queueArn: old.arn });

    const arn = await bus.emulator.putEventRule(rule("rule", "png"));
    await bus.emulator.putEventTarget({ rule: "rule", id: "queue", queueArn: current.arn });
    for (const key of ["a.jpg", "b.png"]) await put(bus, key);

    expect(arn).toBe("arn:aws:events:us-east-1:000000000000:rule/rule");
    expect([await keysIn(bus, old.url), await keysIn(bus, current.url)]).toEqual([[], ["b.png"]]);
  });

  it("delivers nothing for a rule that is disabled", async () => {
    await using bus = await startBus();
    const { arn: queueArn, url } = await bus.queue("queue");
    await bus.emulator.putEventRule(rule("rule", "jpg", { isEnabled: false }));
    await bus.emulator.putEventTarget({ rule: "rule", id: "queue", queueArn });

    await put(bus, "a.jpg");

    expect(await keysIn(bus, url)).toEqual([]);
  });

  it("refuses a target of no rule, and a sixth one", async () => {
    await using bus = await startBus();
    const queueArn = (await bus.queue("queue")).arn;
    const target = (id: number) => bus.emulator.putEventTarget({ rule: "rule", id: String(id), queueArn });

    await expect(target(1)).rejects.toMatchObject({ code: "ResourceNotFoundException" });
    await bus.emulator.putEventRule(rule("rule", "jpg"));
    for (const id of [1, 2, 3, 4, 5]) await target(id);
    await target(5);
    await expect(target(6)).rejects.toMatchObject({ code: "LimitExceededException" });
  });
});

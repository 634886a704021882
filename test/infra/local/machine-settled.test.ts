import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { Machine } from "../../../infra/local/machine.ts";

const POLLING = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"];

/** Takes a while, and logs how many messages it got. */
const HANDLER = `exports.handler = async ({ Records }) => {
  await new Promise((resolve) => setTimeout(resolve, 200));
  console.log("got", Records.length);
};`;

/** A machine, 300 times as fast, whose only function gathers messages for so many seconds. */
async function startMachine({ windowSeconds }: { windowSeconds: number }) {
  const codeFolder = await mkdtemp(join(tmpdir(), "settled-"));
  await writeFile(join(codeFolder, "index.js"), HANDLER);
  const lines: string[] = [];
  const machine = await Machine.create({ queueTimeScale: 300, onLogLine: (_, line) => lines.push(line) });
  const { url: QueueUrl, arn } = await machine.emulator.createQueue("work", { VisibilityTimeout: "60" });
  const roleArn = "arn:aws:iam::000000000000:role/worker";
  const Statement = [
    { Effect: "Allow", Action: POLLING, Resource: arn },
    { Effect: "Allow", Action: ["logs:CreateLogStream", "logs:PutLogEvents"], Resource: "*" },
  ];
  machine.access.putRolePolicy("worker", "policy", JSON.stringify({ Version: "2012-10-17", Statement }));
  const lambda = { name: "gather", handler: "index.handler", environment: {}, timeoutSeconds: 30, memoryMb: 128 };
  machine.addFunction({ ...lambda, codeFolder, roleArn, logGroup: "/aws/lambda/gather" });
  machine.addMapping({
    functionName: "gather",
    queueName: "work",
    batchSize: 100,
    maximumBatchingWindowSeconds: windowSeconds,
    maximumConcurrency: 2,
    reportBatchItemFailures: false,
  });
  await machine.start();
  const sqs = new SQSClient(machine.clientSettings);
  onTestFinished(async () => {
    sqs.destroy();
    await machine.close();
    await rm(codeFolder, { recursive: true });
  });
  return {
    machine,
    send: (MessageBody: string) => sqs.send(new SendMessageCommand({ QueueUrl, MessageBody })),
    counts: () => lines.flatMap((line) => /got (\d+)/.exec(line)?.[1] ?? []),
  };
}

describe("a machine", () => {
  it("is settled once its functions have done what they gathered, in the time of queues", {
    timeout: 20_000,
  }, async () => {
    const { machine, send, counts } = await startMachine({ windowSeconds: 300 });
    await send("one");
    await send("two");

    const settled = await machine.settled({ seconds: 10 });

    expect(settled).toBe(true);
    expect(counts()).toEqual(["2"]);
  });

  it("is settled at once if there is nothing to do", async () => {
    const { machine } = await startMachine({ windowSeconds: 300 });

    expect(await machine.settled({ seconds: 0 })).toBe(true);
  });

  // While one queue was looked into, a function may have put its last message's result into another one.
  it("is not settled before all of its queues were empty twice", async () => {
    const { machine } = await startMachine({ windowSeconds: 0 });
    const inspect = vi.spyOn(machine.emulator, "inspectQueue");
    const empty = await machine.emulator.inspectQueue("work");
    const letter = { messageId: "1", body: "", messageAttributes: {} } as (typeof empty.ready)[number];
    inspect
      .mockClear()
      .mockResolvedValueOnce(empty)
      .mockResolvedValueOnce({ ...empty, ready: [letter] });

    const settled = await machine.settled({ seconds: 10 });

    expect(settled).toBe(true);
    expect(inspect).toHaveBeenCalledTimes(4);
  });

  it("is not settled when its functions take longer than anyone waits", async () => {
    const { machine, send, counts } = await startMachine({ windowSeconds: 0 });
    await send("one");

    const settled = await machine.settled({ seconds: 0 });

    expect(settled).toBe(false);
    expect(counts()).toEqual([]);
  });

  it("is not waited for by who gives up", async () => {
    const { machine, send } = await startMachine({ windowSeconds: 300 });
    await send("one");

    const settled = await machine.settled({ seconds: 10, signal: AbortSignal.abort() });

    expect(settled).toBe(false);
  });
});

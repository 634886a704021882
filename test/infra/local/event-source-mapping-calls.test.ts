import { setTimeout } from "node:timers/promises";
import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  type ReceiveMessageCommandInput,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { mockClient } from "aws-sdk-client-mock";
import { describe, expect, it, vi } from "vitest";
import { MAPPING_CALL_HEADER, markAsMapping } from "../../../infra/local/event-source-mapping/mapping-call.ts";
import { type MappingSettings, startEventSourceMapping } from "../../../infra/local/event-source-mapping.ts";
import type { Invocation } from "../../../infra/local/function-host.ts";

describe("an event source mapping", () => {
  it("asks for all that an event shows and hides messages for the queue's own visibility, whatever the scale", async () => {
    const queue = queueOf();

    await runOnce(queue, { batchSize: 5, visibilityTimeoutSeconds: 360, queueTimeScale: 60 });

    expect(queue.mock.commandCalls(ReceiveMessageCommand)[0]?.args[0].input).toEqual({
      QueueUrl: "url",
      MaxNumberOfMessages: 5,
      WaitTimeSeconds: 20,
      VisibilityTimeout: 360,
      MessageSystemAttributeNames: ["All"],
      MessageAttributeNames: ["All"],
    });
  });

  it("makes what is left of a failed message's visibility pass at the queue's pace", async () => {
    const queue = queueOf(messages(2));

    await runOnce(queue, { visibilityTimeoutSeconds: 360, queueTimeScale: 60, invocationSeconds: 30 });

    expect(changes(queue)).toEqual([
      [
        { Id: "0", ReceiptHandle: "handle-0", VisibilityTimeout: 5.5 },
        { Id: "1", ReceiptHandle: "handle-1", VisibilityTimeout: 5.5 },
      ],
    ]);
  });

  it("leaves a failed message alone when its function decided itself when it is back", async () => {
    const queue = queueOf(messages(2));

    await runOnce(queue, { queueTimeScale: 60, changedByFunction: (handle) => handle === "handle-0" });

    expect(changes(queue)).toEqual([[{ Id: "0", ReceiptHandle: "handle-1", VisibilityTimeout: 6 }]]);
  });

  it("leaves the messages of a run that it abandoned as they were received", async () => {
    const queue = queueOf(messages(2));
    const abandoned = Promise.withResolvers<void>();
    const mapping = startEventSourceMapping({
      ...settingsOf(queue),
      function: {
        invoke: async () => {
          mapping.abandon();
          abandoned.resolve();
          return FAILURE;
        },
      },
    });

    await abandoned.promise;
    await mapping.stop();

    expect(changes(queue)).toEqual([]);
    expect(queue.mock.commandCalls(DeleteMessageBatchCommand)).toEqual([]);
  });

  it.each([
    ["queue time is not scaled", { queueTimeScale: 1 }],
    ["their visibility is over", { queueTimeScale: 60, visibilityTimeoutSeconds: 30, invocationSeconds: 31 }],
    ["their function decided itself", { queueTimeScale: 60, changedByFunction: () => true }],
  ])("changes no failed message's visibility when %s", async (_when, settings) => {
    const queue = queueOf(messages(2));

    await runOnce(queue, settings);

    expect(changes(queue)).toEqual([]);
  });

  it("fills a batch of more than ten messages by several receives and settles it by several calls", async () => {
    const queue = queueOf(messages(10), messages(10, 10), messages(3, 20));

    await runOnce(queue, { batchSize: 25, maximumBatchingWindowSeconds: 1, answer: failing("0", "21") });

    const receives = queue.mock.commandCalls(ReceiveMessageCommand).map(({ args: [{ input }] }) => input);
    expect(receives.slice(0, 4).map((input) => [input.MaxNumberOfMessages, input.WaitTimeSeconds])).toEqual([
      [10, 20],
      [10, 1],
      [5, 1],
      [2, 1],
    ]);
    expect(queue.mock.commandCalls(DeleteMessageBatchCommand).map((call) => handles(call.args[0].input))).toEqual([
      Array.from({ length: 10 }, (_, index) => `handle-${index + 1}`),
      Array.from({ length: 10 }, (_, index) => `handle-${index + 11}`),
      ["handle-22"],
    ]);
    expect(changes(queue).map((entries) => entries.map(({ ReceiptHandle }) => ReceiptHandle))).toEqual([
      ["handle-0", "handle-21"],
    ]);
  });

  it("tells of a call that fails and goes on", async () => {
    const queue = queueOf(messages(1));
    const denied = new Error("AccessDenied");
    queue.mock.on(ReceiveMessageCommand).rejectsOnce(denied).callsFake(queue.receive);
    queue.mock.on(DeleteMessageBatchCommand).rejectsOnce(new Error("Gone"));
    const onError = vi.fn();

    await runOnce(queue, { onError, answer: SUCCESS });

    expect(onError.mock.calls).toEqual([[denied], [new Error("Gone")]]);
  });

  it("tells of a message that could not be removed", async () => {
    const queue = queueOf(messages(1));
    const failed = { Id: "0", Code: "InternalError", Message: "Try again", SenderFault: false };
    queue.mock.on(DeleteMessageBatchCommand).resolvesOnce({ Successful: [], Failed: [failed] });
    const onError = vi.fn();

    await runOnce(queue, { onError, answer: SUCCESS });

    expect(onError.mock.calls).toEqual([
      [new Error("Expected every message to be deleted, received InternalError: Try again.")],
    ]);
  });

  it("marks its calls", async () => {
    const sqs = new SQSClient({
      region: "eu-west-1",
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
      requestHandler: {
        handle: async ({ headers }: { headers: Record<string, string> }) => {
          throw Object.assign(new Error(), { headers });
        },
      },
      maxAttempts: 1,
    });
    const headersOf = (command: ReceiveMessageCommand) => sqs.send(command).catch(({ headers }) => headers);
    const receive = { QueueUrl: "https://sqs.eu-west-1.amazonaws.com/000000000000/worker" };

    const marked = await headersOf(markAsMapping(new ReceiveMessageCommand(receive)));
    const unmarked = await headersOf(new ReceiveMessageCommand(receive));

    expect(marked).toMatchObject({ [MAPPING_CALL_HEADER]: "true", authorization: expect.stringMatching(/./) });
    expect(unmarked).toMatchObject({ authorization: expect.stringMatching(/./) });
    expect(unmarked).not.toHaveProperty(MAPPING_CALL_HEADER);
  });
});

const SUCCESS: Invocation = { outcome: "returned", value: null };
const FAILURE: Invocation = { outcome: "timedOut" };

type Queue = ReturnType<typeof queueOf>;

/** A queue that answers one receive after the other, and then is empty for as long as it is asked. */
function queueOf(...receives: Message[][]) {
  const sqs = new SQSClient({ region: "eu-west-1" });
  const mock = mockClient(sqs);
  const clock = { now: 0 };
  const receive = async ({ WaitTimeSeconds = 0 }: ReceiveMessageCommandInput) => {
    const Messages = receives.shift();
    if (Messages) return { Messages };
    clock.now += WaitTimeSeconds * 1000;
    await setTimeout(10);
    return {};
  };
  mock.on(ReceiveMessageCommand).callsFake(receive);
  mock.on(DeleteMessageBatchCommand).resolves({});
  mock.on(ChangeMessageVisibilityBatchCommand).resolves({});
  return { sqs, mock, clock, receive };
}

/** Runs a mapping until nothing is left to be received and all is settled; its function takes a while by the queue's clock. */
function settingsOf({ sqs, clock }: Queue) {
  return {
    sqs,
    queueUrl: "url",
    queueArn: "arn:aws:sqs:eu-west-1:000000000000:worker",
    batchSize: 10,
    maximumBatchingWindowSeconds: 0,
    maximumConcurrency: 1,
    visibilityTimeoutSeconds: 360,
    queueTimeScale: 60,
    reportBatchItemFailures: true,
    now: () => clock.now,
  };
}

async function runOnce(
  queue: Queue,
  { invocationSeconds = 0, answer = FAILURE, ...settings }: Partial<MappingSettings> & RunSettings,
): Promise<void> {
  const { mock, clock } = queue;
  const invoke = async () => {
    clock.now += invocationSeconds * 1000;
    return answer;
  };
  const mapping = startEventSourceMapping({
    ...settingsOf(queue),
    function: { invoke },
    ...settings,
  });
  await vi.waitFor(
    async () => {
      const last = mock.commandCalls(ReceiveMessageCommand).at(-1);
      const { Messages } = (await last?.returnValue) ?? { Messages: [] };
      expect([Messages, mapping.running]).toEqual([undefined, 0]);
    },
    { timeout: 30_000 },
  );
  await mapping.stop();
}

interface RunSettings {
  readonly invocationSeconds?: number;
  readonly answer?: Invocation;
}

function messages(count: number, from = 0): Message[] {
  return Array.from({ length: count }, (_, index) => ({
    MessageId: String(from + index),
    ReceiptHandle: `handle-${from + index}`,
  }));
}

function failing(...ids: string[]): Invocation {
  return { outcome: "returned", value: { batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })) } };
}

function changes({ mock }: Queue) {
  return mock.commandCalls(ChangeMessageVisibilityBatchCommand).map(({ args: [{ input }] }) => input.Entries ?? []);
}

function handles({ Entries = [] }: { Entries?: { ReceiptHandle?: string | undefined }[] | undefined }) {
  return Entries.map(({ ReceiptHandle }) => ReceiptHandle);
}

import {
  CancelMessageMoveTaskCommand,
  ListMessageMoveTasksCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  StartMessageMoveTaskCommand,
  type StartMessageMoveTaskCommandInput,
} from "@aws-sdk/client-sqs";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type EmulatedCloud, startEmulatedCloud } from "../emulator/emulated-cloud.ts";

/*
 * What SQS documents of redrives:
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ListMessageMoveTasks.html
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CancelMessageMoveTask.html
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/troubleshooting-dlq-redrive.html
 */
interface Queue {
  readonly url: string;
  readonly arn: string;
}

const MessageAttributes = { code: { DataType: "String", StringValue: "x" } };

let cloud: EmulatedCloud;
let deadLetters: Queue;
let one: Queue;
let two: Queue;

beforeEach(async () => {
  cloud = await startEmulatedCloud({ queueTimeScale: 100 });
  deadLetters = await cloud.emulator.createQueue("dead-letters", {});
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: deadLetters.arn, maxReceiveCount: 1 });
  one = await cloud.emulator.createQueue("one", { RedrivePolicy });
  two = await cloud.emulator.createQueue("two", { RedrivePolicy });
});
afterEach(() => cloud[Symbol.asyncDispose]());

const send = ({ url }: Queue, MessageBody: string) =>
  cloud.sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody, MessageAttributes }));
/** What a queue has at this moment; it is visible again at once. */
const receive = async ({ url }: Queue): Promise<Message[]> => {
  const MessageSystemAttributeNames = ["All" as const];
  const { Messages = [] } = await cloud.sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: url,
      MaxNumberOfMessages: 10,
      VisibilityTimeout: 0,
      MessageAttributeNames: ["All"],
      MessageSystemAttributeNames,
    }),
  );
  return Messages;
};
/** Sends a message and receives it too often. */
const kill = async (queue: Queue, body: string) => {
  await send(queue, body);
  await receive(queue);
  await receive(queue);
};
const start = async (request: Partial<StartMessageMoveTaskCommandInput> = {}) => {
  const { TaskHandle } = await cloud.sqs.send(
    new StartMessageMoveTaskCommand({ SourceArn: deadLetters.arn, ...request }),
  );
  return TaskHandle;
};
const list = async (MaxResults?: number) => {
  const { Results = [] } = await cloud.sqs.send(
    new ListMessageMoveTasksCommand({ SourceArn: deadLetters.arn, MaxResults }),
  );
  return Results;
};
/** The newest task once it has ended. */
const ended = () =>
  vi.waitFor(async () => {
    const [task] = await list();
    expect(task?.Status).not.toBe("RUNNING");
    expect(task?.Status).not.toBe("CANCELLING");
    return task;
  });
const bodies = async (queue: Queue) => (await receive(queue)).map(({ Body }) => Body);

describe("a redrive", () => {
  // "If this field [DestinationArn] is left blank, the messages will be redriven back to their respective original
  // source queues."
  it("takes each message back to the queue that it came from", async () => {
    await kill(one, "of one");
    await kill(two, "of two");

    await start();

    expect(await ended()).toEqual({
      Status: "COMPLETED",
      SourceArn: deadLetters.arn,
      ApproximateNumberOfMessagesMoved: 2,
      ApproximateNumberOfMessagesToMove: 2,
      StartedTimestamp: expect.any(Number),
    });
    expect([await bodies(one), await bodies(two), await bodies(deadLetters)]).toEqual([["of one"], ["of two"], []]);
  });

  // "Redriven messages are considered new messages with a new messageID and enqueueTime."
  it("makes new messages of the same body and attributes", async () => {
    await kill(one, "upload");
    const [dead] = await receive(deadLetters);

    await start();
    await ended();

    const [message] = await receive(one);
    expect(message).toMatchObject({ Body: "upload", MessageAttributes, Attributes: { ApproximateReceiveCount: "1" } });
    expect(message?.MessageId).not.toBe(dead?.MessageId);
  });

  // "CouldNotDetermineMessageSource: an Amazon SQS message sent directly to the DLQ with the SendMessage API."
  it("fails at a message that was sent to the dead-letter queue, and leaves it there", async () => {
    await send(deadLetters, "sent");

    await start();

    expect(await ended()).toMatchObject({
      Status: "FAILED",
      FailureReason: "CouldNotDetermineMessageSource",
      ApproximateNumberOfMessagesMoved: 0,
    });
    expect(await bodies(deadLetters)).toEqual(["sent"]);
  });

  // "To resolve this error, choose Redrive to a custom destination."
  it("takes every message to the queue that it is given", async () => {
    const DestinationArn = (await cloud.emulator.createQueue("other", {})).arn;
    await kill(one, "moved");
    await send(deadLetters, "sent");

    await start({ DestinationArn });

    expect(await ended()).toMatchObject({ Status: "COMPLETED", DestinationArn, ApproximateNumberOfMessagesMoved: 2 });
    const other = { url: `${cloud.emulator.endpoint}/000000000000/other`, arn: DestinationArn };
    expect(await bodies(other)).toEqual(["moved", "sent"]);
  });

  // "You can have a maximum of [one] active message movement task per queue"; only one that runs has a handle.
  it("is one at a time for a queue, and can be cancelled", async () => {
    for (const body of ["a", "b", "c"]) await kill(one, body);
    const TaskHandle = await start({ MaxNumberOfMessagesPerSecond: 1 });

    await expect(start()).rejects.toMatchObject({
      name: "InvalidParameterValue",
      message: expect.stringContaining("already a task running"),
    });
    expect(await list()).toMatchObject([{ Status: "RUNNING", TaskHandle, MaxNumberOfMessagesPerSecond: 1 }]);
    await cloud.sqs.send(new CancelMessageMoveTaskCommand({ TaskHandle }));
    expect(await ended()).not.toHaveProperty("TaskHandle");
    const [{ Status, ApproximateNumberOfMessagesMoved: moved = 0 } = {}] = await list();
    expect(Status).toBe("CANCELLED");
    expect(await bodies(deadLetters)).toHaveLength(3 - moved);
    await expect(cloud.sqs.send(new CancelMessageMoveTaskCommand({ TaskHandle }))).rejects.toMatchObject({
      name: "UnsupportedOperation",
    });
  });

  it("is listed, the newest first, one unless more are asked for", async () => {
    await start();
    await ended();
    await start({ MaxNumberOfMessagesPerSecond: 500 });
    await ended();

    expect((await list()).map(({ MaxNumberOfMessagesPerSecond }) => MaxNumberOfMessagesPerSecond)).toEqual([500]);
    expect(await list(10)).toHaveLength(2);
    await expect(list(11)).rejects.toMatchObject({ name: "InvalidParameterValue" });
  });

  // "Currently, only standard queues that are configured as dead-letter queues of other queues are accepted."
  it.each<[string, () => Partial<StartMessageMoveTaskCommandInput>, string]>([
    ["of a queue that is no dead-letter queue", () => ({ SourceArn: one.arn }), "InvalidParameterValue"],
    ["of a queue that is not there", () => ({ SourceArn: `${one.arn}-2` }), "ResourceNotFoundException"],
    ["to a queue that is not there", () => ({ DestinationArn: `${one.arn}-2` }), "ResourceNotFoundException"],
    ["to the queue itself", () => ({ DestinationArn: deadLetters.arn }), "InvalidParameterValue"],
    ["of no message a second", () => ({ MaxNumberOfMessagesPerSecond: 0 }), "InvalidParameterValue"],
    ["of 501 messages a second", () => ({ MaxNumberOfMessagesPerSecond: 501 }), "InvalidParameterValue"],
  ])("is refused %s", async (_what, request, name) => {
    await expect(start(request())).rejects.toMatchObject({ name });

    expect(await list(10)).toEqual([]);
  });

  it("can't be cancelled if there was none", async () => {
    const cancel = cloud.sqs.send(new CancelMessageMoveTaskCommand({ TaskHandle: "none" }));

    await expect(cancel).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  });
});

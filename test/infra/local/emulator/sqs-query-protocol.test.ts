import { SendMessageCommand } from "@aws-sdk/client-sqs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type EmulatedCloud, startEmulatedCloud } from "./emulated-cloud.ts";

let cloud: EmulatedCloud;
let QueueUrl: string;

beforeEach(async () => {
  cloud = await startEmulatedCloud();
  ({ url: QueueUrl } = await cloud.emulator.createQueue("queue", { VisibilityTimeout: "0" }));
});
afterEach(() => cloud[Symbol.asyncDispose]());

/** A call as clients made it before 2023. */
async function call(Action: string, parameters: Record<string, string> = {}): Promise<[status: number, xml: string]> {
  const body = new URLSearchParams({ Action, Version: "2012-11-05", ...parameters });
  const answer = await fetch(cloud.emulator.endpoint, { method: "POST", body });
  return [answer.status, await answer.text()];
}

describe("SQS's older protocol", () => {
  it("sends and receives a message with its attributes", async () => {
    const [sent] = await call("SendMessage", {
      QueueUrl,
      MessageBody: "é <&>",
      "MessageAttribute.1.Name": "code",
      "MessageAttribute.1.Value.DataType": "String",
      "MessageAttribute.1.Value.StringValue": "x y",
    });
    const [received, xml] = await call("ReceiveMessage", {
      QueueUrl,
      "AttributeName.1": "ApproximateReceiveCount",
      "MessageAttributeName.1": "All",
      WaitTimeSeconds: "0",
    });

    expect([sent, received]).toEqual([200, 200]);
    expect(xml).toMatch(
      /^<ReceiveMessageResponse><ReceiveMessageResult><Message>.*<\/Message><\/ReceiveMessageResult><ResponseMetadata>/,
    );
    expect(xml).toContain("<Body>é &#60;&#38;&#62;</Body>");
    expect(xml).toContain("<Attribute><Name>ApproximateReceiveCount</Name><Value>1</Value></Attribute>");
    const value = "<Value><DataType>String</DataType><StringValue>x y</StringValue></Value>";
    expect(xml).toContain(`<MessageAttribute><Name>code</Name>${value}</MessageAttribute>`);
  });

  it("tells attributes of a queue, and takes new ones", async () => {
    await call("SetQueueAttributes", { QueueUrl, "Attribute.1.Name": "VisibilityTimeout", "Attribute.1.Value": "7" });

    const [, xml] = await call("GetQueueAttributes", { QueueUrl, "AttributeName.1": "VisibilityTimeout" });

    expect(xml).toContain("<Attribute><Name>VisibilityTimeout</Name><Value>7</Value></Attribute>");
  });

  it("answers each entry of a batch", async () => {
    const [, xml] = await call("SendMessageBatch", {
      QueueUrl,
      "SendMessageBatchRequestEntry.1.Id": "one",
      "SendMessageBatchRequestEntry.1.MessageBody": "1",
      "SendMessageBatchRequestEntry.2.Id": "two",
      "SendMessageBatchRequestEntry.2.MessageBody": "2",
    });

    const ids = [...xml.matchAll(/<SendMessageBatchResultEntry><Id>(\w+)</g)].map(([, id]) => id);
    expect(ids).toEqual(["one", "two"]);
  });

  it("creates and lists queues, with their tags", async () => {
    await call("CreateQueue", { QueueName: "tagged", "Tag.1.Key": "a", "Tag.1.Value": "b" });

    const [, queues] = await call("ListQueues");
    const [, tags] = await call("ListQueueTags", { QueueUrl: QueueUrl.replace(/queue$/, "tagged") });

    expect(queues).toContain(`<QueueUrl>${cloud.emulator.endpoint}/000000000000/tagged</QueueUrl>`);
    expect(tags).toContain("<Tag><Key>a</Key><Value>b</Value></Tag>");
  });

  it.each<[string, Record<string, string>, number, string]>([
    [
      "SendMessage",
      { QueueUrl: "http://x/000000000000/none", MessageBody: "x" },
      400,
      "AWS.SimpleQueueService.NonExistentQueue",
    ],
    ["SendMessage", { MessageBody: "x", DelaySeconds: "901" }, 400, "InvalidParameterValue"],
    ["AddPermission", {}, 501, "NotImplemented"],
  ])("has the codes of errors that it had: %s of %j", async (action, parameters, status, code) => {
    const [actual, xml] = await call(action, { QueueUrl, ...parameters });

    expect(actual).toBe(status);
    expect(xml).toContain(`<Code>${code}</Code>`);
  });

  it("gives what came by the newer one", async () => {
    await cloud.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "new" }));

    const [, xml] = await call("ReceiveMessage", { QueueUrl, MaxNumberOfMessages: "10" });

    expect(xml).toContain("<Body>new</Body>");
  });
});

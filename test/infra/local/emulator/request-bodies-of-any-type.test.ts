import { PublishCommand } from "@aws-sdk/client-sns";
import { SendMessageCommand } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { receiveBody } from "../../../../infra/local/emulator/body-integrity.ts";
import { createRawTopic, type EmulatedCloud, startEmulatedCloud } from "./emulated-cloud.ts";

const FORM = "application/x-www-form-urlencoded";
const SQS_JSON = "application/x-amz-json-1.0";

let cloud: EmulatedCloud;

beforeAll(async () => {
  cloud = await startEmulatedCloud();
  await cloud.emulator.createBucket("bucket");
});
afterAll(() => cloud[Symbol.asyncDispose]());

const send = (path: string, method: string, type?: string, body?: Uint8Array<ArrayBuffer> | string) =>
  fetch(`${cloud.emulator.endpoint}${path}`, {
    method,
    ...(type !== undefined && { headers: { "content-type": type } }),
    ...(body !== undefined && { body }),
  });

describe("an object", () => {
  it.each([FORM, `${FORM}; charset=utf-8`, SQS_JSON, "application/json", "text/plain", "jpeg"])(
    "has the bytes and the content type that it was sent with: %s",
    async (type) => {
      const bytes = Uint8Array.from([0xff, 0xd8, 0x00, ...Buffer.from("a=1&b=%20+{"), 0xff]);

      const { status } = await send("/bucket/a", "PUT", type, bytes);

      expect(status).toBe(200);
      expect((await send("/bucket/a", "HEAD")).headers.get("content-type")).toBe(type);
      expect(new Uint8Array(await (await send("/bucket/a", "GET")).arrayBuffer())).toEqual(bytes);
    },
  );

  it.each([FORM, SQS_JSON])("may be empty: %s", async (type) => {
    const { status } = await send("/bucket/empty", "PUT", type, "");

    const head = await send("/bucket/empty", "HEAD");
    expect([status, head.headers.get("content-length"), head.headers.get("content-type")]).toEqual([200, "0", type]);
  });

  it.each([FORM, SQS_JSON])("is deleted by a list of keys, whatever the list's content type: %s", async (type) => {
    await send("/bucket/gone", "PUT", "image/jpeg", "hello");

    const answer = await send("/bucket?delete", "POST", type, "<Delete><Object><Key>gone</Key></Object></Delete>");

    expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining("<Key>gone</Key>")]);
    expect((await send("/bucket/gone", "HEAD")).status).toBe(404);
  });

  it("is never empty because its body could not be read", () => {
    expect(() => receiveBody({ headers: {}, body: { a: "1" } }, "PutObject")).toThrow(
      expect.objectContaining({ code: "NotImplemented", status: 501 }),
    );
  });
});

describe("a message", () => {
  it("still comes by SQS in JSON and in forms, and by SNS", async () => {
    const { topicArn: TopicArn, queueUrl: QueueUrl } = await createRawTopic(cloud.emulator);

    await cloud.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "in JSON" }));
    const query = { Action: "SendMessage", Version: "2012-11-05", QueueUrl, MessageBody: "in a form" };
    expect((await send("/", "POST", FORM, String(new URLSearchParams(query)))).status).toBe(200);
    await cloud.sns.send(new PublishCommand({ TopicArn, Message: "by SNS" }));

    const bodies = (await cloud.drain(QueueUrl)).map(({ Body }) => Body);
    expect(bodies.sort()).toEqual(["by SNS", "in JSON", "in a form"]);
  });
});

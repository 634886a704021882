import { once } from "node:events";
import { connect } from "node:net";
import { networkInterfaces } from "node:os";
import { ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { describe, expect, it } from "vitest";
import { startEmulator } from "../../../../infra/local/emulator.ts";
import { startEmulatedCloud } from "./emulated-cloud.ts";

const signedFor = (service: string) => ({
  authorization: `AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`,
});

async function answers(host: string, port: number): Promise<boolean> {
  const socket = connect({ host, port });
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

describe("the emulator", () => {
  it("answers on 127.0.0.1 alone, and only until it is closed", async () => {
    const { endpoint, close } = await startEmulator();
    const { hostname, port } = new URL(endpoint);
    const addresses = Object.values(networkInterfaces()).flatMap((all = []) => all.map(({ address }) => address));
    const others = addresses.filter((address) => address !== "127.0.0.1" && !address.startsWith("fe80"));

    const open = await answers(hostname, Number(port));
    const elsewhere = await Promise.all(others.map((address) => answers(address, Number(port))));
    await close();

    expect([hostname, open, elsewhere.includes(true)]).toEqual(["127.0.0.1", true, false]);
    expect(await answers(hostname, Number(port))).toBe(false);
  });

  it("leaves nothing open, even with a long poll under way", async () => {
    const servers = () => process.getActiveResourcesInfo().filter((name) => name === "TCPServerWrap").length;
    const before = servers();
    const cloud = await startEmulatedCloud();
    const { url: QueueUrl } = await cloud.emulator.createQueue("queue", {});
    const poll = cloud.sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 })).catch(() => ({}));

    await cloud[Symbol.asyncDispose]();
    await poll;

    expect(servers()).toBe(before);
  });

  it("starts empty each time", async () => {
    const names = async () => {
      await using cloud = await startEmulatedCloud();
      const topicArn = await cloud.emulator.createTopic("topic");
      const { arn } = await cloud.emulator.createQueue("queue", {});
      return [topicArn, arn, await cloud.emulator.subscribe({ topicArn, queueArn: arn })];
    };

    expect(await names()).toEqual(await names());
  });

  it("tells who is asking", async () => {
    await using cloud = await startEmulatedCloud();

    const response = await fetch(cloud.emulator.endpoint, {
      method: "POST",
      headers: signedFor("sts"),
      body: new URLSearchParams({ Action: "GetCallerIdentity", Version: "2011-06-15" }),
    });

    expect(await response.text()).toContain("<Account>000000000000</Account>");
  });

  it.each<[string, string, RequestInit]>([
    ["Lambda", "/2015-03-31/functions/", { headers: signedFor("lambda") }],
    ["a Lambda invocation", "/2015-03-31/functions/f/invocations", { method: "POST", headers: signedFor("lambda") }],
    [
      "DynamoDB",
      "/",
      {
        method: "POST",
        headers: { "content-type": "application/x-amz-json-1.0", "x-amz-target": "DynamoDB_20120810.ListTables" },
        body: "{}",
      },
    ],
    ["IAM", "/", { method: "POST", body: new URLSearchParams({ Action: "ListRoles" }), headers: signedFor("iam") }],
    ["an unsigned action", "/", { method: "POST", body: new URLSearchParams({ Action: "ListRoles" }) }],
    ["an unknown method", "/bucket/key", { method: "PATCH" }],
    ["the pages of the library below", "/_fauxqs/queues", {}],
    ["a web form", "/bucket", { method: "POST", body: new FormData() }],
  ])("refuses %s", async (_what, path, request) => {
    await using cloud = await startEmulatedCloud();

    const { status } = await fetch(cloud.emulator.endpoint + path, request);

    expect(status).toBe(501);
  });

  it("refuses a time that does not pass", async () => {
    await expect(startEmulator({ queueTimeScale: 0 })).rejects.toThrow(RangeError);
  });

  it.each(["A", "ab", "under_score"])("refuses a bucket of the name %s", async (name) => {
    await using cloud = await startEmulatedCloud();

    await expect(cloud.emulator.createBucket(name)).rejects.toMatchObject({ code: "InvalidBucketName" });
  });
});

import { CreateTopicCommand, PublishBatchCommand, PublishCommand } from "@aws-sdk/client-sns";
import {
  DeleteMessageCommand,
  ListQueuesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  StartMessageMoveTaskCommand,
} from "@aws-sdk/client-sqs";
import { describe, expect, it } from "vitest";
import { allow, failureOf, refused, SESSION_OF_ROLE, startGuardedCloud } from "./guarded-cloud.ts";
import { arn } from "./policy-samples.ts";

describe("a request to SQS", () => {
  it("does what its role allows, and is refused with AWS's answer for the rest", async () => {
    await using cloud = await startGuardedCloud();
    const { url: QueueUrl } = await cloud.emulator.createQueue("work", {});
    const { sqs } = cloud.asRole(allow(["sqs:SendMessage", "sqs:ReceiveMessage"], arn("sqs", "work")));
    const Entries = [{ Id: "1", MessageBody: "one" }];

    await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    const { Messages: [message] = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
    const failure = await failureOf(
      sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message?.ReceiptHandle })),
    );

    expect(message?.Body).toBe("one");
    expect(failure).toEqual({
      status: 403,
      name: "AccessDenied",
      message: refused("sqs:DeleteMessage", arn("sqs", "work")),
    });
    expect((await failureOf(sqs.send(new ListQueuesCommand())))?.message).toBe(refused("sqs:ListQueues", "*"));
  });

  it("is refused in SQS's older protocol too", async () => {
    await using cloud = await startGuardedCloud();
    await cloud.emulator.createQueue("work", {});
    cloud.asRole(allow("sqs:ReceiveMessage", arn("sqs", "work")));
    const { accessKeyId } = cloud.access.takeRole(SESSION_OF_ROLE);
    const form = { Action: "SendMessage", Version: "2012-11-05", QueueUrl: "http://sqs/work", MessageBody: "x" };

    const response = await fetch(cloud.emulator.endpoint, {
      method: "POST",
      headers: { authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20261130/us-east-1/sqs/aws4_request` },
      body: new URLSearchParams(form),
    });

    expect(response.status).toBe(403);
    expect(await response.text()).toMatch(/<Code>AccessDenied<.*not authorized to perform: sqs:SendMessage/s);
  });

  it("is no request to SQS because it says so, if it needs no permission", async () => {
    await using cloud = await startGuardedCloud();
    cloud.asRole(allow("sqs:SendMessage", arn("sqs", "work")));
    const { accessKeyId } = cloud.access.takeRole(SESSION_OF_ROLE);

    const response = await fetch(cloud.emulator.endpoint, {
      method: "POST",
      headers: {
        authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20261130/us-east-1/sts/aws4_request`,
        "x-amz-target": "AmazonSQS.ListMessageMoveTasks",
      },
      body: new URLSearchParams({ Action: "GetCallerIdentity", Version: "2011-06-15", SourceArn: arn("sqs", "other") }),
    });

    expect(await response.text()).toContain("GetCallerIdentityResult");
  });

  it("is no request to SQS because it says so, if SNS answers it", async () => {
    await using cloud = await startGuardedCloud();
    const topicArn = await cloud.emulator.createTopic("results");
    cloud.asRole(allow("sqs:SendMessage", arn("sqs", "work")));
    const { accessKeyId } = cloud.access.takeRole(SESSION_OF_ROLE);

    const response = await fetch(cloud.emulator.endpoint, {
      method: "POST",
      headers: {
        authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20261130/us-east-1/sqs/aws4_request`,
        "x-amz-target": "AmazonSQS.SendMessage",
      },
      body: new URLSearchParams({ Action: "Publish", TopicArn: topicArn, Message: "x", QueueUrl: "http://sqs/work" }),
    });

    expect(response.status).toBe(403);
    expect(await response.text()).toContain("<Code>AuthorizationError<");
  });

  it("to move dead letters needs what the move itself needs", async () => {
    await using cloud = await startGuardedCloud();
    for (const name of ["dead", "work"]) await cloud.emulator.createQueue(name, {});
    const { sqs } = cloud.asRole(
      allow(["sqs:StartMessageMoveTask", "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:Get*"], arn("sqs", "dead")),
    );
    const move = { SourceArn: arn("sqs", "dead"), DestinationArn: arn("sqs", "work") };

    const failure = await failureOf(sqs.send(new StartMessageMoveTaskCommand(move)));

    expect(failure?.message).toBe(refused("sqs:SendMessage", arn("sqs", "work")));
  });

  it.each<[string, string, object]>([
    ["to receive its messages", "ReceiveMessage", { QueueUrl: "http://sqs/0/secret" }],
    [
      "to receive its messages, by an address that ends in slashes",
      "ReceiveMessage",
      { QueueUrl: "http://sqs/0/secret//" },
    ],
    ["to delete it", "DeleteQueue", { QueueUrl: "http://sqs/0/secret" }],
    ["to learn its address", "GetQueueUrl", { QueueName: "secret" }],
    ["to list its moves", "ListMessageMoveTasks", { SourceArn: arn("sqs", "secret") }],
    [
      "to cancel its move",
      "CancelMessageMoveTask",
      { TaskHandle: btoa(JSON.stringify({ taskId: "1", sourceArn: arn("sqs", "secret") })) },
    ],
  ])("is not let through to a queue %s because it names its own too", async (_, call, target) => {
    await using cloud = await startGuardedCloud();
    for (const name of ["mine", "secret"]) await cloud.emulator.createQueue(name, {});
    cloud.asRole(allow("sqs:*", arn("sqs", "mine")));
    const { accessKeyId } = cloud.access.takeRole(SESSION_OF_ROLE);
    const mine = { SourceArn: arn("sqs", "mine"), QueueName: "mine", QueueUrl: "http://sqs/0/mine" };

    const response = await fetch(cloud.emulator.endpoint, {
      method: "POST",
      headers: {
        authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20261130/us-east-1/sqs/aws4_request`,
        "content-type": "application/x-amz-json-1.0",
        "x-amz-target": `AmazonSQS.${call}`,
      },
      body: JSON.stringify({ ...mine, ...target }),
    });

    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ message: refused(`sqs:${call}`, arn("sqs", "secret")) });
  });

  it.each(["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"])(
    "to move dead letters needs %s on their queue",
    async (missing) => {
      await using cloud = await startGuardedCloud();
      await cloud.emulator.createQueue("dead", {});
      const deny = { ...allow(missing, "*"), Effect: "Deny" };
      const { sqs } = cloud.asRole(allow("sqs:*", "*"), deny);

      const failure = await failureOf(sqs.send(new StartMessageMoveTaskCommand({ SourceArn: arn("sqs", "dead") })));

      expect(failure).toMatchObject({ status: 403, message: expect.stringContaining(`${missing} on resource`) });
    },
  );

  it.each(["AWSAccessKeyId=local", "X-Amz-Credential=local/20261130/us-east-1/sqs/aws4_request"])(
    "is nobody's with credentials in its address alone: %s",
    async (credentials) => {
      await using cloud = await startGuardedCloud();
      await cloud.emulator.createQueue("work", {});
      const topicArn = await cloud.emulator.createTopic("results");
      const send = async (form: Record<string, string>) => {
        const body = new URLSearchParams(form);
        return (await fetch(`${cloud.emulator.endpoint}/?${credentials}`, { method: "POST", body })).status;
      };

      const statuses = [
        await send({ Action: "DeleteQueue", Version: "2012-11-05", QueueUrl: "http://sqs/0/work" }),
        await send({ Action: "Publish", TopicArn: topicArn, Message: "x" }),
      ];

      expect(statuses).toEqual([403, 403]);
    },
  );

  it("sets the policy that then decides", async () => {
    await using cloud = await startGuardedCloud();
    const { url: QueueUrl } = await cloud.emulator.createQueue("work", {});
    const { sqs } = cloud.asRole();
    const send = () => failureOf(sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "x" })));
    const setPolicy = (statement: object) =>
      cloud.sqs.send(
        new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy: JSON.stringify({ Statement: statement }) } }),
      );
    const admitting = { ...allow("sqs:SendMessage", arn("sqs", "work")), Principal: "*" };

    const before = await send();
    await setPolicy(admitting);
    const after = await send();
    const unknown = await failureOf(
      setPolicy({ ...admitting, Condition: { DateLessThan: { "aws:CurrentTime": "2027" } } }),
    );

    expect([before?.status, after]).toEqual([403, undefined]);
    expect(unknown).toMatchObject({ name: "InvalidAttributeValue", message: expect.stringMatching(/DateLessThan/) });
  });
});

describe("a request to SNS", () => {
  it("does what its role allows, and is refused with AWS's answer for the rest", async () => {
    await using cloud = await startGuardedCloud();
    const topics = [await cloud.emulator.createTopic("results"), await cloud.emulator.createTopic("uploads")] as const;
    const { sns } = cloud.asRole(allow("sns:Publish", topics[0]));

    await sns.send(new PublishCommand({ TopicArn: topics[0], Message: "done" }));
    const failures = [
      await failureOf(sns.send(new PublishCommand({ TopicArn: topics[1], Message: "done" }))),
      await failureOf(
        sns.send(
          new PublishBatchCommand({ TopicArn: topics[1], PublishBatchRequestEntries: [{ Id: "1", Message: "x" }] }),
        ),
      ),
      await failureOf(sns.send(new CreateTopicCommand({ Name: "mine" }))),
    ];

    const refusal = (message: string) => ({ status: 403, name: "AuthorizationErrorException", message });
    expect(failures).toEqual([
      refusal(refused("sns:Publish", topics[1])),
      refusal(refused("sns:Publish", topics[1])),
      refusal(refused("sns:CreateTopic", arn("sns", "mine"))),
    ]);
  });
});

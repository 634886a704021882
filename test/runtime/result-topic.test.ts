import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { mockClient } from "aws-sdk-client-mock";
import { describe, expect, it } from "vitest";
import { PipelineError } from "../../runtime/errors.ts";
import type { Outcome, Result } from "../../runtime/result.ts";
import { SnsResultTopic } from "../../runtime/result-topic.ts";

const TOPIC = "arn:aws:sns:eu-west-1:123456789012:results";

const OUTCOMES: [outcome: Outcome, code: string | undefined][] = [
  [{ status: "done", outputs: [], notes: [], unchanged: false }, undefined],
  [{ status: "removed" }, undefined],
  [{ status: "skipped", code: "EMPTY_OBJECT", message: "It has no bytes." }, "EMPTY_OBJECT"],
  [{ status: "failed", code: "SOURCE_CORRUPT", message: "Expected a cat, received \ud83d." }, "SOURCE_CORRUPT"],
];

function resultOf(outcome: Outcome): Result {
  const upload = { bucket: "uploads", key: "ü 猫.png" };
  return { id: "id-1", worker: "preview", upload, outputsBucket: "outputs", durationMs: 12, ...outcome };
}

function mockedTopic() {
  const client = new SNSClient({ region: "eu-west-1" });
  return { sns: mockClient(client), topic: new SnsResultTopic(client, TOPIC) };
}

describe("the results topic", () => {
  it.each(OUTCOMES)("gets %j as JSON, with what subscribers filter on as attributes", async (outcome, code) => {
    const { sns, topic } = mockedTopic();
    const result = resultOf(outcome);

    await topic.publish(result);

    expect(sns.commandCalls(PublishCommand).map((call) => call.args[0].input)).toEqual([
      {
        TopicArn: TOPIC,
        Message: JSON.stringify(result),
        MessageAttributes: {
          status: { DataType: "String", StringValue: outcome.status },
          worker: { DataType: "String", StringValue: "preview" },
          ...(code && { code: { DataType: "String", StringValue: code } }),
        },
      },
    ]);
  });

  it("fails for a reason that may pass when SNS does not take a result", async () => {
    const { sns, topic } = mockedTopic();
    sns.on(PublishCommand).rejects(new Error("Rate exceeded"));

    const publishing = topic.publish(resultOf({ status: "removed" }));

    await expect(publishing).rejects.toThrow(
      new PipelineError("STORE_FAILED", `Expected to publish a result to ${TOPIC}, received Rate exceeded`, {
        cause: new Error("Rate exceeded"),
      }),
    );
  });
});

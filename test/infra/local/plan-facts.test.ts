import { describe, expect, it } from "vitest";
import { factsOf } from "../../../infra/local/plan-facts.ts";
import { WORKER_SETTINGS } from "../../../runtime/settings.ts";

const ARN = "arn:aws:sqs:eu-central-1:000000000000";

describe("a resource in a plan", () => {
  it.each([
    [
      "a function",
      "aws:lambda/function:Function",
      {
        memorySize: 1769,
        timeout: 60,
        architectures: ["arm64"],
        description: "Anything.",
        environment: {
          variables: {
            MALLOC_ARENA_MAX: "2",
            [WORKER_SETTINGS]: JSON.stringify({
              options: { cells: [8, 16] },
              outputKey: "{dir}/{base}",
              queueUrl: "…",
            }),
          },
        },
      },
      ["1769 MB", "60 s", "arm64", "cells 8|16", "outputKey {dir}/{base}"],
    ],
    ["a function of defaults", "aws:lambda/function:Function", {}, ["128 MB", "3 s", "x86_64"]],
    [
      "a mapping",
      "aws:lambda/eventSourceMapping:EventSourceMapping",
      {
        batchSize: 5,
        eventSourceArn: `${ARN}:a`,
        functionName: "a",
        provisionedPollerConfig: { minimumPollers: 2, maximumPollers: 9 },
      },
      ["batches of 5", "minimumPollers 2", "maximumPollers 9"],
    ],
    [
      "a queue",
      "aws:sqs/queue:Queue",
      {
        visibilityTimeoutSeconds: 360,
        redrivePolicy: JSON.stringify({ deadLetterTargetArn: `${ARN}:dead-letters-0a1b2c3`, maxReceiveCount: 5 }),
      },
      ["hidden for 360 s", "kept for 4 days", "deadLetterTargetArn dead-letters", "maxReceiveCount 5"],
    ],
    [
      "a subscription",
      "aws:sns/topicSubscription:TopicSubscription",
      {
        protocol: "sqs",
        endpoint: `${ARN}:work-0a1b2c3`,
        filterPolicy: JSON.stringify({
          Records: { s3: { object: { key: [{ suffix: ".jpg" }, { suffix: ".JPG" }, { suffix: ".png" }] } } },
        }),
      },
      ["sqs work", "suffix .jpg|.png"],
    ],
    ["logs without an end", "aws:cloudwatch/logGroup:LogGroup", { name: "/aws/lambda/a" }, ["kept forever"]],
    [
      "any other type, but for policies",
      "aws:made/up:Type",
      { policy: "{}", on: true, none: null, nested: [{ a: 1, b: { c: "x" } }], key: "arn:aws:kms:eu:1:key/0-1" },
      ["on true", "a 1", "c x", "key 0-1"],
    ],
  ])("is shown in a few words: %s", (_, type, inputs, facts) => {
    expect(factsOf({ type, inputs })).toEqual(facts);
  });
});

import { describe, expect, it } from "vitest";
import type { Deployed } from "../../../infra/local/resource-type.ts";
import { uploadTest } from "../../../infra/local/upload-test.ts";

const QUEUE = "arn:aws:sqs:us-east-1:000000000000:work";
const HEARING = {
  bucket: "uploads",
  region: "us-east-1",
  accountId: "000000000000",
  queueUrl: "http://127.0.0.1:4566/000000000000/work",
};

const deployed = (type: string, inputs: Record<string, unknown>): Deployed => ({
  registration: {
    urn: "urn",
    type,
    name: "name",
    parent: undefined,
    dependsOn: [],
    inputs,
    shownInputs: inputs,
    custom: true,
  },
  // The rule's name is one that the program did not choose.
  outputs: { name: "rule-0a1b2c3" },
});
const subscription = (suffix: string, endpoint = QUEUE) =>
  deployed("aws:sns/topicSubscription:TopicSubscription", {
    endpoint,
    filterPolicy: JSON.stringify({ Records: { s3: { object: { key: [{ suffix }] } } } }),
  });
const rule = (detail: object, inputs = {}) =>
  deployed("aws:cloudwatch/eventRule:EventRule", {
    eventPattern: JSON.stringify({ source: ["aws.s3"], detail }),
    ...inputs,
  });
const target = (arn = QUEUE, name = "rule-0a1b2c3") =>
  deployed("aws:cloudwatch/eventTarget:EventTarget", { rule: name, arn });
const onKey = (...key: unknown[]) => ({ bucket: { name: ["uploads"] }, object: { key } });
const ofJpeg = onKey({ suffix: { "equals-ignore-case": ".jpg" } });

describe("a queue", () => {
  it.each<[string, readonly Deployed[], string[]]>([
    ["a subscription lets pass", [subscription(".jpg")], ["in/a b.jpg"]],
    ["no filter keeps back", [deployed("aws:sns/topicSubscription:TopicSubscription", { endpoint: QUEUE })], ["*"]],
    ["one of two subscriptions lets pass", [subscription(".jpg"), subscription(".png")], ["in/a b.jpg", "c.png"]],
    ["a rule matches", [rule(ofJpeg), target()], ["in/a b.jpg", "b.JPG"]],
    ["a rule matches as it is, not encoded", [rule(onKey({ prefix: "in/a " })), target()], ["in/a b.jpg"]],
    [
      "a rule or a subscription lets pass",
      [rule(ofJpeg), target(), subscription(".png")],
      ["in/a b.jpg", "b.JPG", "c.png"],
    ],
    ["no filter is for", [], []],
    ["another queue's filters let pass", [subscription(".jpg", `${QUEUE}2`), rule(ofJpeg), target(`${QUEUE}2`)], []],
    ["another rule matches", [rule(ofJpeg), target(QUEUE, "other")], []],
    ["a rule of another bucket matches", [rule({ ...ofJpeg, bucket: { name: ["others"] } }), target()], []],
    ["a disabled rule matches", [rule(ofJpeg, { state: "DISABLED" }), target()], []],
    ["a rule matches that is not enabled", [rule(ofJpeg, { isEnabled: false }), target()], []],
  ])("hears of uploads that %s", (_, resources, expected) => {
    const hears = uploadTest(resources, HEARING);

    const keys = ["in/a b.jpg", "b.JPG", "c.png"];
    expect(keys.filter(hears)).toEqual(expected.includes("*") ? keys : expected);
  });
});

import { describe, expect, it } from "vitest";
import { failedMessages } from "../../../infra/local/event-source-mapping/batch-response.ts";
import { queueRecord } from "../../../infra/local/event-source-mapping/queue-record.ts";
import type { Invocation } from "../../../infra/local/function-host.ts";

describe("the answer of a function that reports batch item failures", () => {
  it.each([
    ["null", null],
    ["an empty string", ""],
    ["an empty list", []],
    ["an empty object", {}],
    ["something else than a report", { statusCode: 200 }],
    ["a null list of failures", { batchItemFailures: null }],
    ["an empty list of failures", { batchItemFailures: [] }],
  ])("is a complete success when it is %s", (_what, value) => {
    expect(failedIds({ outcome: "returned", value })).toEqual([]);
  });

  it.each([
    ["one message", ["b"], ["b"]],
    ["several messages in any order", ["c", "a"], ["a", "c"]],
    ["a message twice", ["b", "b"], ["b"]],
  ])("fails what it reports when that is %s", (_what, ids, failed) => {
    const value = { batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })) };

    expect(failedIds({ outcome: "returned", value })).toEqual(failed);
  });

  it.each([
    ["names a message that is not in the batch", { batchItemFailures: [{ itemIdentifier: "z" }] }],
    ["names one besides those that are", { batchItemFailures: [{ itemIdentifier: "a" }, { itemIdentifier: "z" }] }],
    ["has an empty identifier", { batchItemFailures: [{ itemIdentifier: "" }] }],
    ["has a null identifier", { batchItemFailures: [{ itemIdentifier: null }] }],
    ["has an identifier that is not a string", { batchItemFailures: [{ itemIdentifier: 123 }] }],
    ["has an identifier under another name", { batchItemFailures: [{ messageId: "a" }] }],
    ["lists identifiers only", { batchItemFailures: ["a"] }],
    ["has no list of failures", { batchItemFailures: "a" }],
    ["is a string", "done"],
    ["is a number", 1],
    ["is a boolean", false],
  ])("is a complete failure when it %s", (_what, value) => {
    expect(failedIds({ outcome: "returned", value })).toEqual(["a", "b", "c"]);
  });
});

describe("an invocation", () => {
  const ended: [string, Invocation][] = [
    ["throws", { outcome: "threw", error: { errorType: "Error", errorMessage: "no" } }],
    ["takes too long", { outcome: "timedOut" }],
    ["crashes", { outcome: "crashed", reason: "exit code 1" }],
  ];

  it.each(ended)("fails the whole batch when it %s", (_what, invocation) => {
    expect(failedIds(invocation)).toEqual(["a", "b", "c"]);
    expect(failedIds(invocation, false)).toEqual(["a", "b", "c"]);
  });

  it("succeeds whatever it returns when the mapping asks for no report", () => {
    const value = { batchItemFailures: [{ itemIdentifier: "a" }] };

    expect(failedIds({ outcome: "returned", value }, false)).toEqual([]);
  });
});

function failedIds(invocation: Invocation, reportBatchItemFailures = true): string[] {
  const batch = ["a", "b", "c"].map((MessageId) => ({ record: queueRecord({ MessageId }, ""), receivedAt: 0 }));
  return failedMessages(invocation, batch, reportBatchItemFailures).map(({ record }) => record.messageId);
}

import { setImmediate } from "node:timers/promises";
import { describe, expect, it, vi } from "vitest";
import type { DeployedStack } from "../../../../infra/local/deploy.ts";
import type { KeyResult } from "../../../../infra/local/results.ts";
import { watchCrashes } from "../../../../infra/local/serve/crash-watch.ts";

const BODY = JSON.stringify({ Records: [{ s3: { bucket: { name: "uploads" }, object: { key: "cat.png" } } }] });

describe("the watch for crashes", () => {
  it("goes on when a dead-letter queue can't be looked at", async () => {
    using error = vi.spyOn(console, "error").mockImplementation(() => {});
    const letter = { messageId: "1", body: BODY, messageAttributes: {} };
    const looks = [() => [], () => Promise.reject(new Error("There is no such queue.")), () => [letter]];
    const inspectQueue = async () => ({ ready: await (looks.shift() ?? (() => []))(), delayed: [], inflight: [] });
    const stack = {
      machine: { emulator: { inspectQueue } },
      workers: [{ name: "thumbnail", deadLetterQueueUrl: "http://sqs/dead" }],
    };
    const results: KeyResult[] = [];

    const stop = await watchCrashes(
      () => stack as unknown as DeployedStack,
      (result) => results.push(result),
    );
    while (results.length === 0) await setImmediate();
    await stop();

    expect(error.mock.calls).toEqual([["Dead letters can't be looked at: There is no such queue."]]);
    expect(results).toMatchObject([
      { status: "deadLettered", worker: "thumbnail", key: "cat.png", code: "FUNCTION_CRASHED" },
    ]);
  });
});

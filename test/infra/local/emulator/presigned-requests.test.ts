import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type EmulatedCloud, startEmulatedCloud } from "./emulated-cloud.ts";

const MINUTE = 60_000;

let cloud: EmulatedCloud;

beforeAll(async () => {
  cloud = await startEmulatedCloud();
  await cloud.emulator.createBucket("bucket");
});
afterAll(() => cloud[Symbol.asyncDispose]());
beforeEach(() => send({}, { method: "PUT", body: "hello" }));

/** A request to an address that was signed some time ago, or will be, for a time. Signatures are not checked here. */
async function send(
  {
    signedAt = Date.now(),
    seconds = "60",
    ...others
  }: { signedAt?: number; seconds?: string; [name: string]: unknown },
  init?: RequestInit,
): Promise<[status: number, body: string]> {
  const date = new Date(signedAt).toISOString().replace(/[-:]|\.\d+/g, "");
  const query = new URLSearchParams({
    "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
    "X-Amz-Credential": `local/${date.slice(0, 8)}/us-east-1/s3/aws4_request`,
    "X-Amz-Date": date,
    "X-Amz-Expires": seconds,
    "X-Amz-SignedHeaders": "host",
    "X-Amz-Signature": "0",
    ...others,
  });
  const answer = await fetch(`${cloud.emulator.endpoint}/bucket/${encodeURIComponent("é (1).jpg")}?${query}`, init);
  return [answer.status, await answer.text()];
}

describe("a presigned address", () => {
  it("stands for its request while its time lasts", async () => {
    expect(await send({ signedAt: Date.now() - 59 * 1000 + 10_000 })).toEqual([200, "hello"]);
  });

  it.each<[string, Parameters<typeof send>[0], number, string]>([
    ["its time is over", { signedAt: Date.now() - 2 * MINUTE }, 403, "AccessDenied</Code><Message>Request has expired"],
    ["its time has not come", { signedAt: Date.now() + 20 * MINUTE }, 403, "<Code>AccessDenied"],
    ["it would last for more than a week", { seconds: "604801" }, 400, "<Code>AuthorizationQueryParametersError"],
    ["its time is none", { seconds: "soon" }, 400, "<Code>AuthorizationQueryParametersError"],
    ["its time is negative", { seconds: "-1" }, 400, "<Code>AuthorizationQueryParametersError"],
    ["its date is none", { "X-Amz-Date": "today" }, 400, "<Code>AuthorizationQueryParametersError"],
  ])("is refused if %s", async (_what, given, status, reason) => {
    const [actual, body] = await send(given);

    expect(actual).toBe(status);
    expect(body).toContain(reason);
  });

  it("refuses writes after its time, too", async () => {
    const [status] = await send({ signedAt: Date.now() - 2 * MINUTE }, { method: "PUT", body: "late" });

    expect([status, await send({})]).toEqual([403, [200, "hello"]]);
  });

  it("may carry the headers of its request", async () => {
    const [wrong] = await send({ "x-amz-checksum-crc32": "AAAAAA==" }, { method: "PUT", body: "x" });
    const [right] = await send({ "x-amz-checksum-crc32": "NhCmhg==" }, { method: "PUT", body: "hello" });

    expect([wrong, right]).toEqual([400, 200]);
  });

  it("may be signed as it was before 2014", async () => {
    const address = (seconds: number) => {
      const Expires = String(Math.floor(Date.now() / 1000) + seconds);
      const query = new URLSearchParams({ AWSAccessKeyId: "local", Signature: "0", Expires });
      return `${cloud.emulator.endpoint}/bucket/${encodeURIComponent("é (1).jpg")}?${query}`;
    };

    expect([(await fetch(address(60))).status, (await fetch(address(-60))).status]).toEqual([200, 403]);
  });
});

import { CreateBucketCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { collectGarbage } from "../../../support/process-memory.ts";
import { type EmulatedCloud, startEmulatedCloud } from "./emulated-cloud.ts";

const OBJECTS = 400;
const BYTES = 1_000;
/** What small buffers share in Node 24; in older versions it is less. */
const SHARED_BYTES = 64 * 1024;

let cloud: EmulatedCloud;

beforeAll(async () => {
  cloud = await startEmulatedCloud();
  await cloud.s3.send(new CreateBucketCommand({ Bucket: "many" }));
});
afterAll(() => cloud[Symbol.asyncDispose]());

/** Bytes of all buffers that are still in use. */
function bufferBytes(): number {
  collectGarbage();
  return process.memoryUsage().arrayBuffers;
}

async function put(key: string, object: Buffer, chunked: boolean): Promise<void> {
  const body = chunked ? `${BYTES.toString(16)}\r\n${object}\r\n0\r\n\r\n` : object.toString();
  const headers = { ...(chunked && { "content-encoding": "aws-chunked" }) };
  const { status } = await fetch(`${cloud.emulator.endpoint}/many/${key}`, { method: "PUT", headers, body });
  if (status !== 200) throw new Error(`Expected status 200, received ${status}.`);
  // As whatever else goes on: pieces of what small buffers share go to others.
  for (let size = 0; size < SHARED_BYTES; size += BYTES) Buffer.allocUnsafe(BYTES);
}

describe("small objects", () => {
  it.each([
    ["whole", false],
    ["in chunks", true],
  ])("that come %s do not keep what small buffers share", async (_, chunked) => {
    const before = bufferBytes();

    for (let index = 0; index < OBJECTS; index++) await put(`${chunked}/${index}`, Buffer.alloc(BYTES, "a"), chunked);

    expect(bufferBytes() - before).toBeLessThan((OBJECTS * SHARED_BYTES) / 2);
  });
});

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HeadObjectCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { ReceiveMessageCommand, SendMessageBatchCommand, SQSClient } from "@aws-sdk/client-sqs";
import { mockClient } from "aws-sdk-client-mock";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type BackfillOptions, backfill, checkApart, countUploads } from "../../../infra/operations/backfill.ts";
import { BackfillNotes } from "../../../infra/operations/backfill-notes.ts";
import { listUploads } from "../../../infra/operations/list-uploads.ts";
import { readMessage } from "../../../runtime/event.ts";
import { operatedStack, operatedWorker, TestClock } from "../../support/operated-stack.ts";
import { ABSENT, s3Client } from "../../support/s3-answers.ts";
import { s3Event } from "../../support/s3-events.ts";
import { workerSettings } from "../../support/worker-settings.ts";

const s3 = mockClient(S3Client);
const sqs = mockClient(SQSClient);

const PREVIEW = operatedWorker();
const STACK = operatedStack();

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "backfill-"));
  s3.on(HeadObjectCommand).rejects(ABSENT.NotFound);
  sqs.on(ReceiveMessageCommand).resolves({});
  sqs.on(SendMessageBatchCommand).resolves({});
});
afterEach(async () => {
  s3.reset();
  sqs.reset();
  await rm(folder, { recursive: true });
});

const names = (count: number, prefix = "") =>
  Array.from({ length: count }, (_, index) => `${prefix}${String(index).padStart(2, "0")}.png`);
const listed = (keys: readonly string[]) => keys.map((Key) => ({ Key, ETag: '"e1"', Size: 3 }));

/** What the bucket lists, in pages, each from after the key that was asked for. */
function list(...pages: string[][]): void {
  s3.on(ListObjectsV2Command).callsFake(({ StartAfter = "", ContinuationToken }) => {
    const index = ContinuationToken ? Number(ContinuationToken) : 0;
    const next = String(index + 1);
    const Contents = listed((pages[index] ?? []).filter((key) => key > StartAfter));
    return { Contents, ...(index + 1 < pages.length && { IsTruncated: true, NextContinuationToken: next }) };
  });
}

interface Given extends Partial<BackfillOptions> {
  readonly stack?: typeof STACK;
  readonly worker?: typeof PREVIEW;
  readonly again?: boolean;
}

async function run(given: Given = {}) {
  const { stack = STACK, worker = PREVIEW, again, ...others } = given;
  const notes = await BackfillNotes.read(folder, { worker: "preview", digest: worker.digest, prefix: "" });
  if (again) notes.clear();
  return backfill(stack, worker, {
    s3: s3Client(),
    sqs: new SQSClient({ region: "eu-west-1" }),
    notes,
    prefix: "",
    rate: 5,
    limit: Infinity,
    dryRun: false,
    clock: new TestClock(),
    signal: new AbortController().signal,
    onProgress: () => {},
    ...others,
  });
}

const sent = () =>
  sqs
    .commandCalls(SendMessageBatchCommand)
    .flatMap(({ args: [{ input }] }) => input.Entries ?? [])
    .map(({ MessageBody = "" }) => readMessage(MessageBody)[0]?.key);

describe("a backfill", () => {
  it("sends what S3 would say of each upload, to the worker's queue alone, at its rate", async () => {
    const clock = new TestClock();
    list(["c+%2B%C3%A9.png", ...names(14, "d")]);

    const report = await run({ clock });

    expect(report).toMatchObject({ sent: 15, refused: [], isComplete: true, found: { due: 15 } });
    expect(sent()).toEqual(["c +é.png", ...names(14, "d")]);
    const [first] = sqs.commandCalls(SendMessageBatchCommand);
    expect(first?.args[0].input.QueueUrl).toBe(PREVIEW.queueUrl);
    expect(readMessage(first?.args[0].input.Entries?.[0]?.MessageBody ?? "")).toEqual([
      {
        bucket: "uploads",
        key: "c +é.png",
        size: 3,
        eTag: "e1",
        sequencer: expect.stringMatching(/^00[0-9A-F]{8}0{8}$/),
      },
    ]);
    expect(clock.slept).toEqual([2000]);
  });

  it("finds nothing to do the second time, though an upload never gets outputs", async () => {
    list(names(3));
    await run();

    const report = await run();

    expect(report).toMatchObject({ sent: 0, found: { due: 0, sentBefore: 3 } });
    expect(sent()).toHaveLength(3);
  });

  it("sends again what it sent before, if it is told to, if the bytes are others, or if the work is", async () => {
    list(names(1));
    await run();

    const reports = [
      await run({ again: true }),
      await run({ worker: operatedWorker({ digest: "digest-2" }) }),
      await run({ worker: operatedWorker({ digest: "digest-2" }) }),
    ];
    s3.on(ListObjectsV2Command).resolves({ Contents: [{ Key: "00.png", ETag: '"e2"', Size: 3 }] });
    reports.push(await run({ worker: operatedWorker({ digest: "digest-2" }) }));

    expect(reports.map((report) => report.sent)).toEqual([1, 1, 0, 1]);
  });

  it("leaves alone what lies in the worker's dead letters, or could not be delivered, of the same bytes", async () => {
    list(names(3));
    const letter = (url: string, upload: object, id: string) =>
      sqs
        .on(ReceiveMessageCommand, { QueueUrl: url })
        .resolvesOnce({ Messages: [{ MessageId: id, ReceiptHandle: id, Body: s3Event(upload) }] })
        .resolves({});
    letter(PREVIEW.deadLetterQueueUrl, { key: "00.png", eTag: "e1" }, "a");
    letter(PREVIEW.undeliveredQueueUrl, { key: "01.png", eTag: "old" }, "b");

    const report = await run();

    expect(report.found).toMatchObject({ due: 2, deadLettered: 1 });
    expect(sent()).toEqual(["01.png", "02.png"]);
  });

  it("leaves alone what is not the worker's, and what it would refuse unread", async () => {
    const limits = { sourceBytes: 10 };
    s3.on(ListObjectsV2Command).resolves({
      Contents: [
        { Key: "a.txt", ETag: "e1", Size: 3 },
        { Key: "folder.png/", ETag: "e1", Size: 0 },
        { Key: "empty.png", ETag: "e1", Size: 0 },
        { Key: "large.png", ETag: "e1", Size: 11 },
        { Key: "YES.PNG", ETag: "e1", Size: 10 },
      ],
    });

    const report = await run({ worker: operatedWorker({ settings: workerSettings({ limits }) }) });

    expect(report.found).toEqual({ due: 1, current: 0, notSelected: 2, unfit: 2, deadLettered: 0, sentBefore: 0 });
    expect(sent()).toEqual(["YES.PNG"]);
  });

  it.each([
    ["its own prefix", "avatars/", "", ["in/avatars/"]],
    ["the prefix that is asked for", "", "cats/", ["in/cats/"]],
    ["the longer of the two", "avatars/", "avatars/b", ["in/avatars/b"]],
    ["the longer of the two, its own", "avatars/big/", "avatars/b", ["in/avatars/big/"]],
    ["nothing where none can be both", "avatars/", "cats/", []],
  ])("lists %s alone", async (_, own, prefix, expected) => {
    const selection = { prefix: own, suffixes: [], include: [], exclude: [] };
    const worker = operatedWorker({ settings: workerSettings({ selection }) });
    list([]);

    await run({ stack: operatedStack({ uploadsPrefix: "in/" }), worker, prefix });

    expect(s3.commandCalls(ListObjectsV2Command).map(({ args: [{ input }] }) => input.Prefix)).toEqual(expected);
  });

  it("sends nothing and notes nothing as a dry run", async () => {
    list(names(3));

    const report = await run({ dryRun: true });

    expect(report).toMatchObject({ sent: 0, isComplete: true, found: { due: 3 } });
    expect(sent()).toEqual([]);
    expect((await run()).sent).toBe(3);
  });

  it("stops in the middle when it is told to, and goes on there without sending anything twice", async () => {
    list(names(2, "a"), names(25, "b"));
    const stopping = new AbortController();
    // The second wait is the one before the third batch.
    const clock = new TestClock(() => clock.slept.length === 2 && stopping.abort(new Error("Stopped.")));

    await expect(run({ clock, signal: stopping.signal })).rejects.toThrow("Stopped.");
    const before = sent();
    const report = await run();

    expect(before).toEqual([...names(2, "a"), ...names(10, "b")]);
    expect(report.found).toMatchObject({ due: 15, sentBefore: 10 });
    expect(sent()).toEqual([...names(2, "a"), ...names(25, "b")]);
    const starts = s3.commandCalls(ListObjectsV2Command).map(({ args: [{ input }] }) => input.StartAfter);
    expect(starts).toContain("a01.png");
  });

  it("stops at its limit, and goes on there", async () => {
    list(names(4));

    const first = await run({ limit: 3 });
    const second = await run({ limit: 3 });

    expect([first, second]).toMatchObject([
      { sent: 3, isComplete: false },
      { sent: 1, isComplete: true },
    ]);
    expect(sent()).toEqual(names(4));
  });

  it("keeps its place when the queue fails, and sends those again that it refused", async () => {
    list(names(2));
    sqs
      .on(SendMessageBatchCommand)
      .resolvesOnce({ Failed: [{ Id: "1", SenderFault: true, Code: "InvalidMessageContents" }] })
      .rejectsOnce(new Error("ThrottlingException"))
      .resolves({});

    const refusing = await run();
    const throttled = run();
    await expect(throttled).rejects.toThrow("ThrottlingException");
    const last = await run();

    expect(refusing.refused.map(({ item }) => item.upload.key)).toEqual(["01.png"]);
    expect(last).toMatchObject({ sent: 1, found: { due: 1, sentBefore: 1 } });
  });
});

describe("an estimate", () => {
  it("counts what is listed, and what of it is the worker's, after the place where the last run stopped", async () => {
    list([...names(3), "a.txt"], names(2, "b"));
    await run({ limit: 3 });
    const notes = await BackfillNotes.read(folder, { worker: "preview", digest: "digest-1", prefix: "" });
    const options = { s3: s3Client(), notes, prefix: "", signal: new AbortController().signal };

    const counts = await countUploads(STACK, PREVIEW, options as BackfillOptions);

    expect(counts).toEqual({ listed: 2, selected: 2 });
  });
});

describe("uploads and outputs", () => {
  it.each([
    ["in one bucket without prefixes", "images", "", ""],
    ["in one bucket, outputs among uploads", "images", "a/", "a/b/"],
    ["in one bucket, uploads among outputs", "images", "a/b/", "a/"],
  ])("are refused %s", (_, bucket, uploadsPrefix, outputsPrefix) => {
    const stack = operatedStack({ uploadsBucket: bucket, outputsBucket: bucket, uploadsPrefix, outputsPrefix });

    expect(() => checkApart(stack)).toThrow("Expected uploads and outputs that lie apart, received s3://images/");
  });

  it("may lie apart in one bucket, or have any keys in two", () => {
    checkApart(operatedStack({ uploadsBucket: "i", outputsBucket: "i", uploadsPrefix: "a/", outputsPrefix: "b/" }));
    checkApart(operatedStack());
  });
});

describe("a listing", () => {
  it("is of the prefix alone, page by page", async () => {
    list(["a%2Fb.png"], ["b.png"]);
    const listing = { bucket: "uploads", prefix: "in/", after: undefined, signal: new AbortController().signal };

    const pages = await Array.fromAsync(listUploads(s3Client(), listing));

    expect(pages.map((page) => page.map(({ key, eTag }) => [key, eTag]))).toEqual([
      [["a/b.png", "e1"]],
      [["b.png", "e1"]],
    ]);
    expect(s3.commandCalls(ListObjectsV2Command).map(({ args: [{ input }] }) => input.Prefix)).toEqual(["in/", "in/"]);
  });
});

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { readStack, readStackSettings } from "../../infra/config.ts";
import { copy, scale, transforms } from "./config/stack-transforms.ts";

const PLACE = { bucket: undefined, prefix: "" };
const WORKER_DEFAULTS = {
  maximumConcurrency: 10,
  provisionedPollers: undefined,
  batchSize: 10,
  prefix: "",
  suffixes: [],
  include: [],
  exclude: [],
  outputKey: "{transform}/{key}/{variant}{ext}",
  flatten: false,
  cacheControl: "max-age=3600",
  storageClass: "STANDARD",
  outputTags: {},
  copyMetadata: false,
  keepCopyright: true,
};

describe("a stack's configuration", () => {
  it("is complete without a word: every transform has a worker with its defaults", () => {
    expect(readStackSettings(transforms, {})).toEqual({
      ingest: "sns",
      sniffAll: false,
      onExpire: "keep",
      places: { layout: "two", uploads: PLACE, outputs: PLACE },
      protectBuckets: true,
      failureMail: { by: "none", to: [], from: "", windowSeconds: 60 },
      alarms: { enabled: true, mail: [] },
      encryption: "managed",
      kmsKeyArn: "",
      architecture: "arm64",
      limits: {
        sourceBytes: 52_428_800,
        sourcePixels: 50_000_000,
        sourceFrames: 1_000,
        outputPixels: 50_000_000,
      },
      logRetentionDays: 30,
      tags: {},
      workers: [
        {
          ...WORKER_DEFAULTS,
          name: "copy",
          use: "copy",
          transform: copy,
          options: {},
          memoryMb: 256,
          timeoutSeconds: 5,
        },
        {
          ...WORKER_DEFAULTS,
          name: "scale",
          use: "scale",
          transform: scale,
          options: { percent: 50 },
          memoryMb: 1024,
          timeoutSeconds: 30,
        },
      ],
    });
  });

  it("takes each key, as text or as JSON, and leaves the rest as it is", () => {
    const settings = readStackSettings(transforms, {
      "aws:region": "eu-central-1",
      "image-machine:ingest": "eventbridge",
      "image-machine:sniffAll": "true",
      "image-machine:onExpire": "remove",
      "image-machine:buckets": '{"layout":"one","uploadsPrefix":"in/"}',
      "image-machine:failureMail": '{"by":"ses","to":["a@example.com"],"from":"b@example.com","windowSeconds":0}',
      "image-machine:alarms": '{"enabled":false,"mail":["c@example.com"]}',
      "image-machine:encryption": "kms",
      "image-machine:kmsKeyArn": "arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab",
      "image-machine:tags": '{"CostCenter":"42"}',
      "image-machine:architecture": "x86_64",
      "image-machine:limits": '{"sourceBytes":1000,"sourceFrames":1}',
      "image-machine:cacheControl": "no-store",
      "image-machine:logRetentionDays": "365",
      "image-machine:protectBuckets": "false",
    });

    expect(settings).toEqual({
      ingest: "eventbridge",
      sniffAll: true,
      onExpire: "remove",
      places: {
        layout: "one",
        uploads: { bucket: undefined, prefix: "in/" },
        outputs: { bucket: undefined, prefix: "outputs/" },
      },
      protectBuckets: false,
      failureMail: { by: "ses", to: ["a@example.com"], from: "b@example.com", windowSeconds: 0 },
      alarms: { enabled: false, mail: ["c@example.com"] },
      encryption: "kms",
      kmsKeyArn: "arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab",
      architecture: "x86_64",
      limits: { sourceBytes: 1_000, sourcePixels: 50_000_000, sourceFrames: 1, outputPixels: 50_000_000 },
      logRetentionDays: 365,
      tags: { CostCenter: "42" },
      workers: ["copy", "scale"].map((name) => expect.objectContaining({ name, cacheControl: "no-store" })),
    });
  });

  it.each([
    {
      key: "worker",
      value: "{}",
      message:
        'Expected an option of workers, ingest, sniffAll, onExpire, buckets, protectBuckets, failureMail, alarms, encryption, kmsKeyArn, architecture, limits, cacheControl, logRetentionDays, tags for worker, received "worker".',
    },
    {
      key: "architecture",
      value: "x64",
      message: 'Expected one of arm64, x86_64 for architecture, received "x64".',
    },
    {
      key: "limits",
      value: '{"sourceFrames":0}',
      message: "Expected an integer from 1 to 100000 for limits.sourceFrames, received 0.",
    },
    {
      key: "logRetentionDays",
      value: "20",
      message:
        'Expected one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653 for logRetentionDays, received "20".',
    },
    {
      key: "protectBuckets",
      value: "no",
      message: 'Expected true or false for protectBuckets, received "no".',
    },
    {
      key: "ingest",
      value: "sqs",
      message: 'Expected one of sns, eventbridge for ingest, received "sqs".',
    },
    {
      key: "failureMail",
      value: '{"by":"sns"}',
      message: "Expected an address for failureMail.to, since failureMail.by is sns, received none.",
    },
    {
      key: "failureMail",
      value: '{"by":"ses","to":["a@example.com"]}',
      message: "Expected an address for failureMail.from, since failureMail.by is ses, received nothing.",
    },
    {
      key: "alarms",
      value: '{"mail":["a, b"]}',
      message: 'Expected a mail address for alarms.mail.0, received "a, b".',
    },
    {
      key: "failureMail",
      value: '{"by":"ses","to":["Ops <ops@example.com>"],"from":"*@example.com"}',
      message: [
        'Expected a mail address for failureMail.to.0, received "Ops <ops@example.com>".',
        'Expected a mail address, or nothing for failureMail.from, received "*@example.com".',
      ].join("\n"),
    },
    {
      key: "alarms",
      value: '{"mail":["a@example.com","a@example.com"]}',
      message:
        'Expected a list of 0 to 20 different items, each a mail address for alarms.mail, received ["a@example.com","a@example.com"].',
    },
    {
      key: "encryption",
      value: "none",
      message: 'Expected one of managed, kms for encryption, received "none".',
    },
    {
      key: "kmsKeyArn",
      value: "alias/mine",
      message: 'Expected the ARN of a KMS key, or nothing for kmsKeyArn, received "alias/mine".',
    },
    {
      key: "kmsKeyArn",
      value: "arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab",
      message: "Expected kmsKeyArn only for encryption kms, received it for managed.",
    },
    {
      key: "tags",
      value: '{"team":7}',
      message: "Expected at most 47 texts of up to 256 characters by names of up to 128 for tags.team, received 7.",
    },
  ])("is refused with $key: $value", ({ key, value, message }) => {
    expect(() => readStackSettings(transforms, { [`image-machine:${key}`]: value })).toThrow(new TypeError(message));
  });

  it("is refused with a line for each wrong value", () => {
    const config = { "image-machine:architecture": "x64", "image-machine:workers": '{"scale":{"batchSize":0}}' };

    expect(() => readStackSettings(transforms, config)).toThrow(
      new TypeError(
        [
          "Expected an integer from 1 to 10 for workers.scale.batchSize, received 0.",
          'Expected one of arm64, x86_64 for architecture, received "x64".',
        ].join("\n"),
      ),
    );
  });

  it("fails on a file that is no transform, as an error that the CLI shows without a stack", async () => {
    const folder = await mkdtemp(join(tmpdir(), "transforms-"));
    await writeFile(join(folder, "broken.ts"), "export default 42;");

    const error = await readStack(folder).catch((thrown) => thrown);
    await rm(folder, { recursive: true });

    expect(pulumi.RunError.isInstance(error)).toBe(true);
    expect(error.message).toBe(
      "transforms/broken.ts is not a transform. Expected its default export to be a transform, received 42.",
    );
  });
});

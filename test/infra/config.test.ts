import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { readStack, readStackSettings } from "../../infra/config.ts";
import { defineTransform, integer, options } from "../../runtime/contract.ts";
import { Registry } from "../../runtime/registry.ts";

const scale = defineTransform({
  summary: "The source, smaller.",
  accepts: ["image/png"],
  options: options({ percent: integer({ min: 1, max: 99, default: 50, describe: "Of each side." }) }),
  variants: ({ percent }) => (percent === 13 ? [] : [{ name: `${percent}-percent`, format: "source" }]),
  limits: { memoryMb: 1024, timeoutSeconds: 30 },
  async *transform() {},
});

const copy = defineTransform({
  summary: "The source again.",
  accepts: ["image/gif"],
  options: options({}),
  variants: () => [{ name: "same", format: "source" }],
  limits: { memoryMb: 256, timeoutSeconds: 5 },
  async *transform() {},
});

const transforms = new Registry().register("copy", copy).register("scale", scale);

describe("a stack's configuration", () => {
  it("is complete without a word: every transform has a worker with its defaults", () => {
    expect(readStackSettings(transforms, {})).toEqual({
      architecture: "arm64",
      limits: {
        sourceBytes: 52_428_800,
        sourcePixels: 50_000_000,
        sourceFrames: 1_000,
        outputPixels: 50_000_000,
      },
      cacheControl: "max-age=3600",
      logRetentionDays: 30,
      protectBuckets: true,
      workers: [
        {
          name: "copy",
          transform: copy,
          options: {},
          memoryMb: 256,
          timeoutSeconds: 5,
          maximumConcurrency: 10,
          batchSize: 10,
        },
        {
          name: "scale",
          transform: scale,
          options: { percent: 50 },
          memoryMb: 1024,
          timeoutSeconds: 30,
          maximumConcurrency: 10,
          batchSize: 10,
        },
      ],
    });
  });

  it("takes each key, as text or as JSON, and leaves the rest as it is", () => {
    const settings = readStackSettings(transforms, {
      "aws:region": "eu-central-1",
      "image-machine:architecture": "x86_64",
      "image-machine:limits": '{"sourceBytes":1000,"sourceFrames":1}',
      "image-machine:cacheControl": "no-store",
      "image-machine:logRetentionDays": "365",
      "image-machine:protectBuckets": "false",
      "image-machine:workers":
        '{"scale":{"options":{"percent":10},"memoryMb":2048,"timeoutSeconds":900,"maximumConcurrency":2,"batchSize":1}}',
    });

    expect(settings).toEqual({
      architecture: "x86_64",
      limits: { sourceBytes: 1_000, sourcePixels: 50_000_000, sourceFrames: 1, outputPixels: 50_000_000 },
      cacheControl: "no-store",
      logRetentionDays: 365,
      protectBuckets: false,
      workers: [
        expect.objectContaining({ name: "copy", memoryMb: 256 }),
        {
          name: "scale",
          transform: scale,
          options: { percent: 10 },
          memoryMb: 2048,
          timeoutSeconds: 900,
          maximumConcurrency: 2,
          batchSize: 1,
        },
      ],
    });
  });

  it.each([
    {
      key: "worker",
      value: "{}",
      message:
        'Expected an option of workers, architecture, limits, cacheControl, logRetentionDays, protectBuckets for worker, received "worker".',
    },
    {
      key: "workers",
      value: '{"sclae":{}}',
      message: 'Expected an option of copy, scale for workers.sclae, received "sclae".',
    },
    {
      key: "workers",
      value: "all of them",
      message: 'Expected an option of copy, scale for workers, received "all of them".',
    },
    {
      key: "workers",
      value: '{"scale":{"memory":512}}',
      message:
        'Expected an option of options, memoryMb, timeoutSeconds, maximumConcurrency, batchSize for workers.scale.memory, received "memory".',
    },
    {
      key: "workers",
      value: '{"scale":{"options":{"percents":10}}}',
      message: 'Expected an option of percent for workers.scale.options.percents, received "percents".',
    },
    {
      key: "workers",
      value: '{"scale":{"options":{"percent":100}}}',
      message: "Expected an integer from 1 to 99 for workers.scale.options.percent, received 100.",
    },
    {
      key: "workers",
      value: '{"copy":{"options":{"percent":10}}}',
      message: 'Expected an option of no option for workers.copy.options.percent, received "percent".',
    },
    {
      key: "workers",
      value: '{"scale":{"options":{"percent":13}}}',
      message: "Expected other options for workers.scale.options. Expected at least one variant, received [].",
    },
    {
      key: "workers",
      value: '{"scale":{"memoryMb":127}}',
      message: "Expected an integer from 128 to 10240 for workers.scale.memoryMb, received 127.",
    },
    {
      key: "workers",
      value: '{"scale":{"timeoutSeconds":901}}',
      message: "Expected an integer from 1 to 900 for workers.scale.timeoutSeconds, received 901.",
    },
    {
      key: "workers",
      value: '{"scale":{"maximumConcurrency":1}}',
      message: "Expected an integer from 2 to 1000 for workers.scale.maximumConcurrency, received 1.",
    },
    {
      key: "workers",
      value: '{"scale":{"batchSize":11}}',
      message: "Expected an integer from 1 to 10 for workers.scale.batchSize, received 11.",
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

import { describe, expect, it } from "vitest";
import { readStackSettings } from "../../../infra/config.ts";
import { scale, transforms } from "./stack-transforms.ts";

const read = (value: unknown, others: Record<string, string> = {}) =>
  readStackSettings(transforms, {
    ...others,
    "image-machine:workers": typeof value === "string" ? value : JSON.stringify(value),
  });

describe("the workers of a stack", () => {
  it("take each option", () => {
    const options = {
      options: { percent: 10 },
      memoryMb: 2048,
      timeoutSeconds: 900,
      maximumConcurrency: 2,
      batchSize: 1,
      prefix: "avatars/",
      suffixes: [".png"],
      include: ["**/*.png"],
      exclude: ["**/tmp/**"],
      outputKey: "small/{key}",
      flatten: true,
      cacheControl: "no-store",
      storageClass: "GLACIER_IR",
      outputTags: { kind: "derived" },
      copyMetadata: true,
      keepCopyright: false,
    };

    const { workers } = read({ scale: options });

    expect(workers[1]).toEqual({
      ...options,
      name: "scale",
      use: "scale",
      transform: scale,
      provisionedPollers: undefined,
    });
  });

  it("may be turned off", () => {
    expect(read({ scale: { enabled: false } }).workers.map(({ name }) => name)).toEqual(["copy"]);
  });

  it("may be further ones, each with the defaults and options of the transform that it uses", () => {
    const { workers } = read({ avatar: { use: "scale", prefix: "avatars/", options: { percent: 10 } } });

    expect(workers.map(({ name, use }) => [name, use])).toEqual([
      ["copy", "copy"],
      ["scale", "scale"],
      ["avatar", "scale"],
    ]);
    expect(workers[2]).toMatchObject({
      transform: scale,
      options: { percent: 10 },
      memoryMb: 1024,
      prefix: "avatars/",
      outputKey: "{transform}/{key}/{variant}{ext}",
    });
  });

  it("may have provisioned pollers, each bound by default", () => {
    expect(read({ scale: { provisionedPollers: { maximum: 500 } } }).workers[1]?.provisionedPollers).toEqual({
      minimum: 2,
      maximum: 500,
    });
  });

  it.each([
    {
      value: '{"sclae":{}}',
      message:
        "Expected a worker of copy, scale, or a further one that says which of these to use, for workers.sclae, received {}.",
    },
    {
      value: "all of them",
      message: 'Expected an option of copy, scale for workers, received "all of them".',
    },
    {
      value: '{"scale":{"memory":512}}',
      message:
        'Expected an option of enabled, use, options, memoryMb, timeoutSeconds, maximumConcurrency, provisionedPollers, batchSize, prefix, suffixes, include, exclude, outputKey, flatten, cacheControl, storageClass, outputTags, copyMetadata, keepCopyright for workers.scale.memory, received "memory".',
    },
    {
      value: '{"scale":{"options":{"percents":10}}}',
      message: 'Expected an option of percent for workers.scale.options.percents, received "percents".',
    },
    {
      value: '{"scale":{"options":{"percent":100}}}',
      message: "Expected an integer from 1 to 99 for workers.scale.options.percent, received 100.",
    },
    {
      value: '{"copy":{"options":{"percent":10}}}',
      message: 'Expected an option of no option for workers.copy.options.percent, received "percent".',
    },
    {
      value: '{"scale":{"options":{"percent":13}}}',
      message: "Expected other options for workers.scale.options. Expected at least one variant, received [].",
    },
    {
      value: '{"scale":{"memoryMb":127}}',
      message: "Expected an integer from 128 to 10240 for workers.scale.memoryMb, received 127.",
    },
    {
      value: '{"scale":{"timeoutSeconds":901}}',
      message: "Expected an integer from 1 to 900 for workers.scale.timeoutSeconds, received 901.",
    },
    {
      value: '{"scale":{"maximumConcurrency":1}}',
      message: "Expected an integer from 2 to 1000 for workers.scale.maximumConcurrency, received 1.",
    },
    {
      value: '{"scale":{"batchSize":11}}',
      message: "Expected an integer from 1 to 10 for workers.scale.batchSize, received 11.",
    },
    {
      value: '{"avatar":{"use":"sclae"}}',
      message: 'Expected one of copy, scale for workers.avatar.use, received "sclae".',
    },
    {
      value: '{"Avatar":{"use":"scale"}}',
      message:
        "Expected a worker's name of lower-case letters, digits and single hyphens, at most 32 long, received Avatar.",
    },
    {
      value: '{"copy":{"use":"scale"}}',
      message: 'Expected one of copy for workers.copy.use, received "scale".',
    },
    {
      value: '{"scale":{"maximumConcurrency":20,"provisionedPollers":{}}}',
      message: "Expected one of maximumConcurrency and provisionedPollers for workers.scale, received both.",
    },
    {
      value: '{"scale":{"provisionedPollers":{"minimum":20,"maximum":10}}}',
      message:
        "Expected a maximum of at least 20 for workers.scale.provisionedPollers, as is its minimum, received 10.",
    },
    {
      value: '{"scale":{"prefix":"/avatars"}}',
      message:
        'Expected a text that does not start with a slash, or nothing for workers.scale.prefix, received "/avatars".',
    },
    {
      value: '{"scale":{"prefix":"été/"}}',
      message:
        'workers.scale: Expected letters, digits and . _ ~ / - in prefixes and suffixes, since SNS filters compare keys as S3 encodes them in events, received "été/". Ingest eventbridge takes others.',
    },
    {
      value: '{"scale":{"outputKey":"{kye}"}}',
      message:
        "workers.scale.outputKey: Expected placeholders of {transform}, {key}, {dir}, {base}, {ext}, {variant} in an output key, received {kye} in {kye}.",
    },
    {
      value: '{"scale":{"outputKey":"small/{base}{ext}"}}',
      message:
        "Expected a key of its own for each upload from the outputKey of scale, received small/{base}{ext}, which gives small/a.jpg to 50-percent of both a.jpg and a/a.jpg. Set flatten: true for scale if the last one written may stay.",
    },
    {
      value: '{"scale":{"outputKey":"same/{key}"},"copy":{"outputKey":"same/{key}","flatten":true}}',
      message:
        "Expected other keys for the outputs of copy and scale, received same/{key} and same/{key}, which give same/b to both same of b and 50-percent of b. Set flatten: true for copy and scale if the last one written may stay.",
    },
    {
      value: '{"scale":{"storageClass":"COLD"}}',
      message:
        'Expected one of STANDARD, STANDARD_IA, ONEZONE_IA, INTELLIGENT_TIERING, GLACIER_IR for workers.scale.storageClass, received "COLD".',
    },
  ])("are refused as $value", ({ value, message }) => {
    expect(() => read(value)).toThrow(new TypeError(message));
  });

  it("take a prefix of any letters where EventBridge tells of uploads", () => {
    expect(read({ scale: { prefix: "été/" } }, { "image-machine:ingest": "eventbridge" }).workers[1]?.prefix).toBe(
      "été/",
    );
  });
});

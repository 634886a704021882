import { describe, expect, it } from "vitest";
import { readStackSettings } from "../../../infra/config.ts";
import { transforms } from "./stack-transforms.ts";

const read = (buckets: unknown, others: Record<string, string> = {}) =>
  readStackSettings(transforms, { ...others, "image-machine:buckets": JSON.stringify(buckets) });

describe("the buckets of a stack", () => {
  it.each([
    { buckets: {}, uploads: ["", ""], outputs: ["", ""] },
    { buckets: { outputsPrefix: "derived/" }, uploads: ["", ""], outputs: ["", "derived/"] },
    { buckets: { layout: "one" }, uploads: ["", "uploads/"], outputs: ["", "outputs/"] },
    { buckets: { layout: "one", uploadsPrefix: "a/in/" }, uploads: ["", "a/in/"], outputs: ["", "outputs/"] },
    {
      buckets: { layout: "existing", uploads: "photos", outputs: "derived" },
      uploads: ["photos", ""],
      outputs: ["derived", ""],
    },
    {
      buckets: {
        layout: "existing",
        uploads: "photos",
        outputs: "photos",
        uploadsPrefix: "in/",
        outputsPrefix: "out/",
      },
      uploads: ["photos", "in/"],
      outputs: ["photos", "out/"],
    },
  ])("are these for $buckets", ({ buckets, uploads, outputs }) => {
    const { places } = read(buckets);

    expect([places.uploads, places.outputs]).toEqual(
      [uploads, outputs].map(([bucket, prefix]) => ({ bucket: bucket || undefined, prefix })),
    );
  });

  it("that exist are told of by EventBridge, unless SNS is asked for, which is refused", () => {
    const existing = { layout: "existing", uploads: "photos", outputs: "derived" };

    expect(read(existing).ingest).toBe("eventbridge");
    expect(() => read(existing, { "image-machine:ingest": "sns" })).toThrow(
      new TypeError(
        "Expected ingest eventbridge for existing buckets, whose notifications are their owner's, received sns.",
      ),
    );
  });

  it.each([
    { buckets: { layout: "one", outputsPrefix: "uploads/" }, prefixes: '"uploads/" and "uploads/"' },
    { buckets: { layout: "one", outputsPrefix: "uploads/small/" }, prefixes: '"uploads/" and "uploads/small/"' },
    {
      buckets: { layout: "one", uploadsPrefix: "outputs/originals/" },
      prefixes: '"outputs/originals/" and "outputs/"',
    },
    { buckets: { layout: "existing", uploads: "photos", outputs: "photos" }, prefixes: '"" and ""' },
    {
      buckets: { layout: "existing", uploads: "photos", outputs: "photos", outputsPrefix: "out/" },
      prefixes: '"" and "out/"',
    },
  ])("can't loop: $buckets is refused", ({ buckets, prefixes }) => {
    expect(() => read(buckets)).toThrow(
      new TypeError(
        `Expected prefixes of which neither starts with the other for buckets.uploadsPrefix and buckets.outputsPrefix, since outputs among uploads would be worked on without end, received ${prefixes} in one bucket.`,
      ),
    );
  });

  it.each([
    {
      buckets: { layout: "existing" },
      message: [
        "Expected the name of an existing bucket for buckets.uploads, received nothing.",
        "Expected the name of an existing bucket for buckets.outputs, received nothing.",
      ].join("\n"),
    },
    {
      buckets: { uploads: "photos" },
      message:
        'Expected a bucket\'s name for buckets.uploads only where buckets.layout is existing, received "photos" for two.',
    },
    {
      buckets: { layout: "existing", uploads: "My_Photos", outputs: "derived" },
      message: 'Expected a bucket\'s name, or nothing for buckets.uploads, received "My_Photos".',
    },
    {
      buckets: { layout: "one", uploadsPrefix: "uploads" },
      message: 'Expected a prefix that ends in a slash, or nothing for buckets.uploadsPrefix, received "uploads".',
    },
    {
      buckets: { layout: "three" },
      message: 'Expected one of two, one, existing for buckets.layout, received "three".',
    },
  ])("are refused as $buckets", ({ buckets, message }) => {
    expect(() => read(buckets)).toThrow(new TypeError(message));
  });
});

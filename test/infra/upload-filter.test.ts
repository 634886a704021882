import { describe, expect, it } from "vitest";
import { eventMatches, readEventPattern } from "../../infra/local/emulator/event-pattern.ts";
import { eventPattern, type KeySelection, topicFilter } from "../../infra/upload-filter.ts";
import { ALL_MEDIA_TYPES, MEDIA_TYPES } from "../../runtime/media-type.ts";

const SELECTION: KeySelection = {
  accepts: ["image/png"],
  suffixes: [],
  uploadsPrefix: "",
  prefix: "",
  sniffAll: false,
};

describe("a worker's SNS filter", () => {
  it("spells each extension in the three ways that people and cameras do", () => {
    expect(keysOf({ accepts: ["image/tiff", "image/png"] })).toEqual(
      [".tif", ".TIF", ".Tif", ".tiff", ".TIFF", ".Tiff", ".png", ".PNG", ".Png"].map((suffix) => ({ suffix })),
    );
  });

  it("names a spelling once, however often a media type is accepted", () => {
    expect(keysOf({ accepts: ["image/gif", "image/gif"] })).toEqual(keysOf({ accepts: ["image/gif"] }));
  });

  it("holds every media type within what SNS allows", () => {
    const patterns = keysOf({ accepts: ALL_MEDIA_TYPES });

    expect(patterns).toHaveLength(3 * ALL_MEDIA_TYPES.flatMap((type) => [...MEDIA_TYPES[type].extensions]).length);
    expect(4 * patterns.length).toBeLessThanOrEqual(150);
  });

  it("takes a worker's own suffixes instead, in any case they are written", () => {
    expect(keysOf({ suffixes: ["_RAW.png", ".heic"] })).toEqual(
      ["_raw.png", "_RAW.PNG", "_Raw.png", ".heic", ".HEIC", ".Heic"].map((suffix) => ({ suffix })),
    );
  });

  it.each([
    { suffixes: 12, patterns: 36 },
    { suffixes: 13, patterns: 26 },
    { suffixes: 18, patterns: 36 },
  ])("spells $suffixes suffixes in $patterns ways, in fewer where SNS has no room", ({ suffixes, patterns }) => {
    expect(keysOf({ suffixes: unlike(suffixes) })).toHaveLength(patterns);
  });

  it("is refused with the limit's name for one more", () => {
    expect(() => keysOf({ suffixes: unlike(19) })).toThrow(
      new TypeError(
        "Expected suffixes that need at most 37 patterns, which is what SNS allows in a filter policy on an object's key, received 19 that need 38. A prefix, sniffAll or ingest eventbridge does without.",
      ),
    );
  });

  it("asks for a prefix alone, below the prefix of all uploads", () => {
    expect(keysOf({ uploadsPrefix: "uploads/", prefix: "avatars/", suffixes: [".png"] })).toEqual([
      { prefix: "uploads/avatars/" },
    ]);
  });

  it("leaves the prefix of all uploads to the bucket, so that suffixes still count", () => {
    expect(keysOf({ uploadsPrefix: "uploads/" })).toEqual(keysOf({}));
  });

  it("is none where all is to be sniffed, but for the prefix", () => {
    expect(topicFilter({ ...SELECTION, sniffAll: true })).toBeUndefined();
    expect(keysOf({ sniffAll: true, prefix: "avatars/" })).toEqual([{ prefix: "avatars/" }]);
  });

  it.each([
    { selection: { prefix: "été/" }, text: "été/" },
    { selection: { uploadsPrefix: "my images/" }, text: "my images/" },
    { selection: { suffixes: [".a+b"] }, text: ".a+b" },
  ])("is refused with $text, which events spell in another way", ({ selection, text }) => {
    expect(() => keysOf(selection)).toThrow(
      `Expected letters, digits and . _ ~ / - in prefixes and suffixes, since SNS filters compare keys as S3 encodes them in events, received "${text}". Ingest eventbridge takes others.`,
    );
  });

  it.each([
    { key: "photo.jpg", passes: true },
    { key: "cats/tom & jerry.JPG", passes: true },
    { key: "Photo.Jpeg", passes: true },
    { key: "photo.jfif", passes: true },
    { key: "photo.jPG", passes: false },
    { key: "photo.jpg.txt", passes: false },
    { key: "photo.png", passes: false },
    { key: "photo", passes: false },
    { key: "jpg", passes: false },
    { key: "photos.jpg/", passes: false },
  ])("says of $key that it passes: $passes", ({ key, passes }) => {
    const suffixes = keysOf({ accepts: ["image/jpeg"] }).map((pattern) => ("suffix" in pattern ? pattern.suffix : ""));

    expect(suffixes.some((suffix) => key.endsWith(suffix))).toBe(passes);
  });
});

describe("a worker's EventBridge pattern", () => {
  it("asks for objects of one bucket that end so, in any case, and were not removed by its lifecycle", () => {
    expect(
      JSON.parse(eventPattern("photos", { ...SELECTION, accepts: ["image/jpeg"], suffixes: [".JPG"] }, "keep")),
    ).toEqual({
      source: ["aws.s3"],
      "detail-type": ["Object Created", "Object Deleted"],
      detail: {
        bucket: { name: ["photos"] },
        object: { key: [{ suffix: { "equals-ignore-case": ".jpg" } }] },
        reason: [{ "anything-but": ["Lifecycle Expiration"] }],
      },
    });
  });

  it.each([
    { selection: { uploadsPrefix: "my images/" }, key: [{ prefix: "my images/" }] },
    { selection: { uploadsPrefix: "uploads/", prefix: "été/", sniffAll: true }, key: [{ prefix: "uploads/été/" }] },
    { selection: { sniffAll: true }, key: undefined },
  ])("asks for a prefix alone, or for any key: $selection", ({ selection, key }) => {
    expect(JSON.parse(eventPattern("photos", { ...SELECTION, ...selection }, "keep")).detail.object?.key).toEqual(key);
  });

  it("asks for what expires too, if that removes outputs", () => {
    const [kept, removed] = (["keep", "remove"] as const).map((onExpire) =>
      JSON.parse(eventPattern("photos", SELECTION, onExpire)),
    );

    expect(removed.detail).toEqual({ ...kept.detail, reason: undefined });
  });

  it.each([
    { onExpire: "keep", reason: "DeleteObject", passes: true },
    { onExpire: "keep", reason: "PutObject", passes: true },
    { onExpire: "keep", reason: "Lifecycle Expiration", passes: false },
    { onExpire: "remove", reason: "DeleteObject", passes: true },
    { onExpire: "remove", reason: "Lifecycle Expiration", passes: true },
  ] as const)("says with $onExpire of the reason $reason that it passes: $passes", ({ onExpire, reason, passes }) => {
    const detail = { bucket: { name: "photos" }, object: { key: "cat.png" }, reason };

    const pattern = readEventPattern(eventPattern("photos", SELECTION, onExpire));

    expect(eventMatches(pattern, { source: "aws.s3", "detail-type": "Object Deleted", detail })).toBe(passes);
  });

  it("is refused with the limit's name if it is too long", () => {
    const suffixes = unlike(40).map((suffix) => suffix.padEnd(60, "x"));

    expect(() => eventPattern("photos", { ...SELECTION, suffixes }, "keep")).toThrow(
      /^Expected suffixes that fit an event pattern of 2048 characters, which is what EventBridge allows by default, received 40 that need \d{4}\.$/,
    );
  });
});

function keysOf(selection: Partial<KeySelection>) {
  return topicFilter({ ...SELECTION, ...selection })?.Records.s3.object.key ?? [];
}

function unlike(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `.x${String.fromCharCode(97 + index)}`);
}

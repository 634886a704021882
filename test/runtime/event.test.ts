import { describe, expect, it } from "vitest";
import { isQueueBatch, readEvent, readMessage } from "../../runtime/event.ts";
import { eventBridgeEvent, s3Event, s3Record, TEST_EVENT, wrappedBySns } from "../support/s3-events.ts";
import { sqsEvent } from "../support/sqs-records.ts";

const DETAILS = {
  size: 1024,
  eTag: "d41d8cd98f00b204e9800998ecf8427e",
  versionId: "3HL4",
  sequencer: "0055AED6DCD90281E5",
};

/** As it stands in the JSON of an S3 event, and what it means. */
const KEYS = [
  ["cats/tom.jpg", "cats/tom.jpg"],
  ["this+im+%2B+age+%281%29+%C3%BC.jpg", "this im + age (1) ü.jpg"],
  ["a%20b.jpg", "a b.jpg"],
  ["%2520%25%25.png", "%20%%.png"],
  ["1%2B1%3D2.png", "1+1=2.png"],
  ["%E7%8C%AB%F0%9F%90%88.png", "猫🐈.png"],
  ["%7Bkey%7D%26%22.png", '{key}&".png'],
] as const;

describe("a message", () => {
  const envelopes: [string, (event: string) => string][] = [
    ["raw", (event) => event],
    ["wrapped by SNS", wrappedBySns],
  ];

  it.each(envelopes)("names the upload of an S3 event that is %s", (_, envelope) => {
    const body = envelope(s3Event({ key: "cats/tom.jpg", ...DETAILS }));

    const uploads = readMessage(body);

    expect(uploads).toEqual([{ bucket: "uploads", key: "cats/tom.jpg", ...DETAILS }]);
  });

  it.each(envelopes)("names no upload for the test event of S3 that is %s", (_, envelope) => {
    expect(readMessage(envelope(TEST_EVENT))).toEqual([]);
  });

  it("names the uploads of all records, in their order", () => {
    const body = s3Event({ key: "b.png", size: 1 }, { key: "a.png", size: 2, bucket: "others" }, { key: "b.png" });

    const uploads = readMessage(body);

    expect(uploads).toEqual([
      { bucket: "uploads", key: "b.png", size: 1 },
      { bucket: "others", key: "a.png", size: 2 },
      { bucket: "uploads", key: "b.png" },
    ]);
  });

  it.each(["ObjectRemoved:Delete", "ObjectRemoved:DeleteMarkerCreated", "LifecycleExpiration:Delete"])(
    "names the upload of a removal (%s), without a size",
    (eventName) => {
      const body = s3Event({ eventName, key: "cat.png", sequencer: "0055AED6DCD90281E6" });

      const uploads = readMessage(body);

      expect(uploads).toEqual([
        { bucket: "uploads", key: "cat.png", sequencer: "0055AED6DCD90281E6", isRemoval: true },
      ]);
    },
  );

  it.each(KEYS)("decodes the key %s of an S3 event once", (key, decoded) => {
    const body = JSON.stringify({ Records: [{ s3: { bucket: { name: "uploads" }, object: { key } } }] });

    const uploads = readMessage(body);

    expect(uploads).toEqual([{ bucket: "uploads", key: decoded }]);
  });

  it.each(KEYS)("leaves the key %s of an EventBridge event alone", (key) => {
    expect(readMessage(eventBridgeEvent({ key }))).toEqual([{ bucket: "uploads", key }]);
  });

  it("names the upload of an EventBridge event with all that it says", () => {
    const { size, eTag, versionId, sequencer } = DETAILS;
    const body = eventBridgeEvent({ key: "a b+c.jpg", size, etag: eTag, "version-id": versionId, sequencer });

    const uploads = readMessage(body);

    expect(uploads).toEqual([{ bucket: "uploads", key: "a b+c.jpg", ...DETAILS }]);
  });

  it("names the upload of an EventBridge removal", () => {
    const body = eventBridgeEvent({ key: "cat.png", sequencer: "00" }, "Object Deleted");

    const uploads = readMessage(body);

    expect(uploads).toEqual([{ bucket: "uploads", key: "cat.png", sequencer: "00", isRemoval: true }]);
  });

  it("keeps a size of no bytes", () => {
    expect(readMessage(s3Event({ key: "empty.png", size: 0 }))).toEqual([
      { bucket: "uploads", key: "empty.png", size: 0 },
    ]);
  });
});

describe("an event", () => {
  it("needs no more than the name of a bucket and a key", () => {
    const event = { Records: [{ s3: { bucket: { name: "uploads" }, object: { key: "a+b.png" } } }] };

    const uploads = readEvent(event);

    expect(uploads).toEqual([{ bucket: "uploads", key: "a b.png" }]);
  });

  it("is a queue's batch if its records come from SQS", () => {
    expect(isQueueBatch(sqsEvent(s3Event()))).toBe(true);
  });

  it.each([[{ Records: [s3Record()] }], [{ Records: [] }], [{}], [undefined], [null], [[]], ["Records"]])(
    "is no queue's batch otherwise (%j)",
    (event) => {
      expect(isQueueBatch(event)).toBe(false);
    },
  );
});

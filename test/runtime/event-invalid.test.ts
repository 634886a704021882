import { describe, expect, it } from "vitest";
import { PipelineError } from "../../runtime/errors.ts";
import { readEvent, readMessage } from "../../runtime/event.ts";
import { wrappedBySns } from "../support/s3-events.ts";

const NO_JSON = "Expected an S3 event as JSON, received";
const NO_EVENT = "Expected an S3 event with the name of a bucket and the key of an object, received";

const record = (s3: unknown) => JSON.stringify({ Records: [{ s3 }] });
const bridged = (detail: unknown) => JSON.stringify({ source: "aws.s3", detail });

const UNREADABLE = ["", "hello", '{"Records":', "{'Records':[]}"];

const SHAPELESS = [
  "null",
  "7",
  '"Records"',
  "[]",
  "{}",
  '{"Records":[]}',
  '{"Records":{}}',
  '{"Records":[null]}',
  '{"Records":[{"eventSource":"aws:s3"}]}',
  '{"Event":"s3:OtherEvent"}',
  '{"Type":"SubscriptionConfirmation","Message":"{}"}',
  '{"Type":"Notification","Message":{}}',
  record(null),
  record([]),
  record({ bucket: { name: "uploads" } }),
  record({ bucket: { name: "uploads" }, object: {} }),
  record({ bucket: { name: "uploads" }, object: { key: 7 } }),
  record({ bucket: {}, object: { key: "cat.png" } }),
  record({ bucket: "uploads", object: { key: "cat.png" } }),
  record({ object: { key: "cat.png" } }),
  bridged(null),
  bridged({}),
  bridged({ bucket: { name: "uploads" } }),
  bridged({ bucket: { name: "uploads" }, object: { key: null } }),
  bridged({ bucket: {}, object: { key: "cat.png" } }),
  bridged({ bucket: "uploads", object: { key: "cat.png" } }),
  JSON.stringify({ source: "aws.ec2", detail: { bucket: { name: "uploads" }, object: { key: "cat.png" } } }),
];

describe("a message that is no S3 event", () => {
  it.each(UNREADABLE)("is refused with what came, if it is no JSON: %s", (body) => {
    expect(() => readMessage(body)).toThrow(invalid(`${NO_JSON} ${body || "nothing"}.`));
  });

  it.each(SHAPELESS)("is refused with what came, if it lacks something: %s", (body) => {
    expect(() => readMessage(body)).toThrow(invalid(`${NO_EVENT} ${body}.`));
  });

  it("is refused in the same way, if it is nested deeper than it can be written", () => {
    const body = `{"Records":${"[".repeat(100_000)}${"]".repeat(100_000)}}`;

    expect(() => readMessage(body)).toThrow(invalid(`${NO_EVENT} one nested too deeply to be shown.`));
  });

  it("is refused with what SNS wrapped, if that is no S3 event", () => {
    expect(() => readMessage(wrappedBySns("hello"))).toThrow(invalid(`${NO_JSON} hello.`));
  });

  it("is refused as a whole, if one record of several lacks something", () => {
    const body = '{"Records":[{"s3":{"bucket":{"name":"uploads"},"object":{"key":"cat.png"}}},{}]}';

    expect(() => readMessage(body)).toThrow(invalid(`${NO_EVENT} ${body}.`));
  });

  it.each(["100%.png", "%E0%A4%A.png", "%FF.png"])("is refused with a key that is not URL-encoded: %s", (key) => {
    const body = record({ bucket: { name: "uploads" }, object: { key } });

    expect(() => readMessage(body)).toThrow(invalid(`Expected a URL-encoded key, received ${key}.`));
  });

  it("is quoted no further than 200 characters", () => {
    expect(() => readMessage("x".repeat(10_000))).toThrow(invalid(`${NO_JSON} ${"x".repeat(200)}….`));
  });

  it("is never tried again", () => {
    expect(() => readMessage("hello")).toThrow(expect.objectContaining({ code: "EVENT_INVALID", retryable: false }));
  });
});

describe("an event that is no S3 event", () => {
  it.each([
    [undefined, "nothing"],
    [null, "null"],
    [7, "7"],
    [{ key: "cat.png" }, '{"key":"cat.png"}'],
  ])("is refused with what came: %j", (event, received) => {
    expect(() => readEvent(event)).toThrow(invalid(`${NO_EVENT} ${received}.`));
  });
});

function invalid(message: string): PipelineError {
  return new PipelineError("EVENT_INVALID", message);
}

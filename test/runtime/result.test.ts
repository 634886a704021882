import { describe, expect, it } from "vitest";
import { ERROR_CODES } from "../../runtime/errors.ts";
import type { Upload } from "../../runtime/event.ts";
import { resultId, SKIP_CODES } from "../../runtime/result.ts";

const UPLOAD: Upload = { bucket: "uploads", key: "cat.png", size: 1, eTag: "e", versionId: "v", sequencer: "s" };

describe("a result's id", () => {
  it("is the same for the same event in the same worker", () => {
    expect(resultId("preview", { ...UPLOAD }, "done")).toBe(resultId("preview", UPLOAD, "done"));
  });

  it("is 32 hexadecimal digits, however little the event says", () => {
    expect(resultId("preview", { bucket: "uploads", key: "cat.png" }, "removed")).toMatch(/^[0-9a-f]{32}$/);
  });

  it.each([
    { bucket: "others" },
    { key: "dog.png" },
    { eTag: "f" },
    { versionId: "w" },
    { sequencer: "t" },
  ] satisfies Partial<Upload>[])("is another for an event with %j", (change) => {
    expect(resultId("preview", { ...UPLOAD, ...change }, "done")).not.toBe(resultId("preview", UPLOAD, "done"));
  });

  it("is another in another worker and for another status", () => {
    const ids = [
      resultId("preview", UPLOAD, "done"),
      resultId("blur", UPLOAD, "done"),
      resultId("preview", UPLOAD, "failed"),
    ];

    expect(new Set(ids).size).toBe(3);
  });
});

describe("the codes of skips", () => {
  it.each(Object.entries(SKIP_CODES))("say in one sentence what %s means: %s", (code, means) => {
    expect([code, means]).toEqual([expect.stringMatching(/^[A-Z_]+$/), expect.stringMatching(/^[A-Z][^.]+\.$/)]);
  });

  it("are none of an error", () => {
    expect(Object.keys(SKIP_CODES).filter((code) => code in ERROR_CODES)).toEqual([]);
  });
});

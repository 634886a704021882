import { describe, expect, it } from "vitest";
import { readFailure } from "../../../runtime/notifier/failure.ts";
import { failureWith, resultOfFailure } from "../../support/failures.ts";

const RESULT = JSON.parse(resultOfFailure(failureWith()));

describe("a failure", () => {
  it("is read from a result that tells of one", () => {
    const failure = failureWith({ key: "cats/ü 猫.png", code: "A_CODE_OF_TOMORROW" });

    expect(readFailure(resultOfFailure(failure))).toEqual(failure);
  });

  it.each([
    ["no JSON", "failed"],
    ["a list", "[]"],
    ["a result that is none of a failure", JSON.stringify({ ...RESULT, status: "done" })],
    ["a result without an upload", JSON.stringify({ ...RESULT, upload: undefined })],
    ["a result without a code", JSON.stringify({ ...RESULT, code: undefined })],
    ["SNS's envelope", JSON.stringify({ Type: "Notification", Message: resultOfFailure(failureWith()) })],
  ])("is not read from %s", (_, body) => {
    expect(() => readFailure(body)).toThrow(
      new TypeError(`Expected the result of a failed upload, received ${body.slice(0, 200)}`),
    );
  });
});

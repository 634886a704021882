import { describe, expect, it } from "vitest";
import { ERROR_CODES, messageOf, PipelineError } from "../../runtime/errors.ts";

const RETRYABLE = ["SOURCE_CHANGING", "OUT_OF_TIME", "TRANSFORM_TIMED_OUT", "STORE_FAILED", "WORKER_FAILED"];

const CODES = Object.keys(ERROR_CODES) as (keyof typeof ERROR_CODES)[];

describe("an error of the pipeline", () => {
  it.each(CODES)("may pass or not by its code alone: %s", (code) => {
    const error = new PipelineError(code, "Expected a cat.", { cause: "a dog" });

    expect({ ...error, message: error.message, cause: error.cause }).toEqual({
      name: "PipelineError",
      code,
      retryable: RETRYABLE.includes(code),
      message: "Expected a cat.",
      cause: "a dog",
    });
  });

  it("is cut where it quotes at length", () => {
    const { message } = new PipelineError("VARIANT_NOT_DECLARED", "x".repeat(5_000));

    expect(message).toBe(`${"x".repeat(1_000)}…`);
  });

  it.each([
    [new Error("Out of paint."), "Out of paint."],
    ["paint", "paint"],
    [undefined, "undefined"],
  ])("has a message for whatever was thrown: %s", (thrown, message) => {
    expect(messageOf(thrown)).toBe(message);
  });
});

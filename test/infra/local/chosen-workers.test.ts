import { describe, expect, it } from "vitest";
import { chosenWorkers } from "../../../infra/local/chosen-workers.ts";

const WORKERS = ["pixelate", "resize", "rotate"].map((name) => ({ name }));

describe("chosen workers", () => {
  it.each([
    [
      ["rotate", "pixelate"],
      ["pixelate", "rotate"],
    ],
    [["resize", "resize"], ["resize"]],
    [[], ["pixelate", "resize", "rotate"]],
  ])("for %j are %j", (only, names) => {
    expect(chosenWorkers(WORKERS, only).map(({ name }) => name)).toEqual(names);
  });

  it.each([
    [["rotate", "turn"], "turn"],
    [["rotate", ""], "an empty name"],
  ])("are not %j", (only, received) => {
    expect(() => chosenWorkers(WORKERS, only)).toThrow(
      new TypeError(`Expected workers of pixelate, resize, rotate for --only, received ${received}.`),
    );
  });
});

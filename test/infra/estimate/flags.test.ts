import { describe, expect, it } from "vitest";
import { readFlags } from "../../../infra/estimate/flags.ts";

describe("the flags of an estimate", () => {
  it("are how many uploads, and defaults", () => {
    expect(readFlags(["--uploads", "2000000"])).toEqual({
      load: { uploads: 2_000_000, windowSeconds: 300 },
      stack: "dev",
      config: undefined,
      images: { megapixels: 6 },
      accountConcurrency: 1_000,
      publicationsPerSecond: undefined,
      json: false,
    });
  });

  it("may all be others", () => {
    const others = ["--window", "0", "--stack", "prod", "--config", "c.yaml", "--image", "i.jpg", "--json"];
    const quotas = ["--account-concurrency", "5000", "--sns-messages", "9000"];

    expect(readFlags(["--uploads", "1", ...others, ...quotas])).toEqual({
      load: { uploads: 1, windowSeconds: 0 },
      stack: "prod",
      config: "c.yaml",
      images: { file: "i.jpg" },
      accountConcurrency: 5_000,
      publicationsPerSecond: 9_000,
      json: true,
    });
  });

  it("may ask to measure, and how often", () => {
    expect(readFlags(["--measure"])).toEqual({ repetitions: 5 });
    expect(readFlags(["--measure", "--repetitions", "9"])).toEqual({ repetitions: 9 });
  });

  it.each([
    ["", "Expected a number for --uploads, received nothing."],
    ["--uploads 0", "Expected a number of at least 1 for --uploads, received 0."],
    ["--uploads 1.5", "Expected a whole number of at least 1 for --uploads, received 1.5."],
    ["--uploads many", "Expected a number of at least 1 for --uploads, received many."],
    ["--uploads 9 --window=-1", "Expected a number of at least 0 for --window, received -1."],
    ["--uploads 9 --megapixels 0", "Expected a number of at least 0.01 for --megapixels, received 0."],
    ["--uploads 9 --image a --megapixels 3", "Expected one of --image and --megapixels, received both."],
    ["--uploads 9 --account-concurrency 0", "Expected a number of at least 1 for --account-concurrency, received 0."],
    ["--uploads 9 --sns-messages 0", "Expected a number of at least 1 for --sns-messages, received 0."],
    ["--uploads 9 --repetitions 3", "Expected --repetitions only with --measure, received it without."],
    ["--measure --repetitions 0", "Expected a number of at least 1 for --repetitions, received 0."],
    ["--upload 9", "Unknown option '--upload'"],
  ])("are refused if they are wrong: %s", (flags, problem) => {
    expect(() => readFlags(flags.split(" ").filter(Boolean))).toThrow(problem);
  });
});

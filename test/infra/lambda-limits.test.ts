import { describe, expect, it } from "vitest";
import { codeProblem, layersProblem } from "../../infra/lambda-limits.ts";

const MIB = 1024 * 1024;

describe("Lambda's limits", () => {
  it("take code of 250 MiB that is 50 MiB when zipped", () => {
    expect(codeProblem("code", { bytes: 250 * MIB, zippedBytes: 50 * MIB })).toBeUndefined();
  });

  it("do not take code of more", () => {
    expect(codeProblem("the code of a", { bytes: 250 * MIB + 1, zippedBytes: 1 })).toBe(
      "Expected the code of a to have at most 262144000 bytes, which is what Lambda takes, received 262144001.",
    );
    expect(codeProblem("the code of a", { bytes: 60 * MIB, zippedBytes: 50 * MIB + 1 })).toBe(
      "Expected the code of a to have at most 52428800 bytes when zipped, which is what Lambda takes in an upload, received about 52428801.",
    );
  });

  it("take five layers that are 250 MiB with the code above them", () => {
    expect(
      layersProblem(
        "code",
        50 * MIB,
        [40, 40, 40, 40, 40].map((mebibytes) => mebibytes * MIB),
      ),
    ).toBeUndefined();
  });

  it("do not take more layers, or larger ones", () => {
    expect(layersProblem("the code of a", 0, [1, 1, 1, 1, 1, 1])).toBe(
      "Expected the code of a to have at most 5 layers, which is what Lambda takes, received 6.",
    );
    expect(layersProblem("the code of a", 1, [125 * MIB, 125 * MIB])).toBe(
      "Expected the code of a and its layers to have at most 262144000 bytes together, which is what Lambda takes, received 262144001.",
    );
  });
});

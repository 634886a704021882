import { describe, expect, it } from "vitest";
import { literalPrefix } from "../../infra/output-prefix.ts";
import { DEFAULT_OUTPUT_KEY, outputKey } from "../../runtime/output-key.ts";

describe("what the keys of all outputs of a worker start with", () => {
  it.each([
    [DEFAULT_OUTPUT_KEY, "cats/"],
    ["resized/{key}", "resized/"],
    ["pixelated-{variant}-{base}{ext}", "pixelated-"],
    ["{transform}s/{key}", "catss/"],
    ["{dir}{base}{ext}", ""],
    ["all/{transform}", "all/cats"],
  ])("is the template %s up to what depends on an upload: %s", (template, prefix) => {
    const literal = literalPrefix(template, "cats");

    expect(literal).toBe(prefix);
    expect(outputKey(template, "cats", "a/b.png", { name: "small", format: "source" }).startsWith(literal)).toBe(true);
  });

  it("is the same for a worker whose name reads as a replacement", () => {
    expect(literalPrefix("{transform}/{key}", "$&")).toBe("$&/");
  });
});

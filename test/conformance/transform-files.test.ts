import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { chosenFiles } from "./transform-files.ts";

const THUMBNAIL = fileURLToPath(new URL("../../transforms/thumbnail.ts", import.meta.url));
const OUTSIDE = fileURLToPath(new URL("counter-examples/files/loads-sharp.ts", import.meta.url));

describe("a conformance run", () => {
  it.each([undefined, "[]"])("checks every transform if %s is chosen", async (chosen) => {
    expect(await chosenFiles(chosen)).toContain(THUMBNAIL);
  });

  it("checks a transform by its name and one in a file elsewhere by its path", async () => {
    expect(await chosenFiles(JSON.stringify(["thumbnail", OUTSIDE]))).toEqual([THUMBNAIL, OUTSIDE]);
  });

  it.each(["nothing", "nothing.ts", "package.json"])("says what there is instead of %s", async (unknown) => {
    await expect(chosenFiles(JSON.stringify([unknown]))).rejects.toThrow(
      /^Expected a transform of .*\bthumbnail\b.* or a file that ends in \.ts, received .+\.$/,
    );
  });
});

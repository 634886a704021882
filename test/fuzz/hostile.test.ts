import { describe, expect, it } from "vitest";
import { readTransforms } from "../../runtime/registry.ts";
import { HOSTILE_IMAGES, type HostileImage } from "./hostile-images.ts";
import { runHostile, TRANSFORMS } from "./run-hostile.ts";

/** What a process takes that has decoded nothing large. */
const IDLE_MB = 300;

const REFUSED: [HostileImage, string][] = [
  ["jpeg of 100 megapixels", "failed SOURCE_TOO_MANY_PIXELS"],
  ["png that says it is 2147483647 pixels a side", "failed SOURCE_CORRUPT"],
  ["tiff with a tile of 60000 pixels a side", "failed SOURCE_CORRUPT"],
  ["jpeg with 2000 scans", "failed SOURCE_CORRUPT"],
];

describe("a hostile image", () => {
  it.each(REFUSED)("is refused with a code before it takes memory: a %s", async (name, outcome) => {
    const ends = await runHostile(await HOSTILE_IMAGES[name](), ["thumbnail"]);

    expect(ends.get("thumbnail")?.outcome).toBe(outcome);
    expect(ends.get("thumbnail")?.peakMb).toBeLessThan(IDLE_MB);
  });

  it("does not have its compressed text inflated", async () => {
    const ends = await runHostile(await HOSTILE_IMAGES["png with 500 MB of compressed text"](), ["rotate"]);

    expect(ends.get("rotate")?.outcome).toBe("done");
    expect(ends.get("rotate")?.peakMb).toBeLessThan(IDLE_MB);
  });

  it("that is within the limits is turned within its worker's memory", async () => {
    const rotate = (await readTransforms(TRANSFORMS)).get("rotate");
    const ends = await runHostile(await HOSTILE_IMAGES["progressive jpeg of 49 megapixels"](), ["rotate"]);

    expect(ends.get("rotate")?.outcome).toBe("done");
    expect(ends.get("rotate")?.peakMb).toBeLessThan(rotate.limits.memoryMb);
  });
});

import { describe, expect, it } from "vitest";
import { PipelineError } from "../../runtime/errors.ts";
import { openSource } from "../../runtime/source.ts";
import { FIXTURE_NAMES, FIXTURES, fixture, fixturesWith } from "../support/fixtures.ts";

const WHOLE = FIXTURE_NAMES.filter((name) => !FIXTURES[name].traits.includes("broken"));
const DAMAGED = fixturesWith("broken").filter(
  (name) => !FIXTURES[name].traits.some((t) => t === "bomb" || t === "no-image"),
);

describe("a source", () => {
  it.each(DAMAGED)("is corrupt when it is %s, at the latest when all of it is decoded", async (name) => {
    const opening = openSource(await fixture(name)).then((source) => source.verify());

    await expect(opening).rejects.toMatchObject({
      code: "SOURCE_CORRUPT",
      retryable: false,
      message: expect.stringMatching(`^Expected bytes that decode as ${FIXTURES[name].mediaType}, received: \\S`),
      cause: expect.any(Error),
    });
  });

  it.each(WHOLE)("is not corrupt when it is %s", async (name) => {
    const source = await openSource(await fixture(name));

    await expect(source.verify()).resolves.toBeUndefined();
  });

  it.each(fixturesWith("no-image"))("is corrupt when it is no image at all: %s", async (name) => {
    const opening = openSource(await fixture(name));

    await expect(opening).rejects.toThrow(
      new PipelineError(
        "SOURCE_CORRUPT",
        "Expected an image of image/jpeg, image/png, image/webp, image/gif, image/avif, image/tiff, received other bytes.",
      ),
    );
  });

  it("has no palette indexes unless it is a GIF", async () => {
    const source = await openSource(await fixture("png"));

    expect(() => source.gif()).toThrow(new TypeError("Expected a source of image/gif, received image/png."));
  });

  it("is decoded to palette indexes once, however often they are asked for", async () => {
    const source = await openSource(await fixture("gif"));

    expect(source.gif()).toBe(source.gif());
  });
});

import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { noting } from "../../runtime/encoded.ts";
import { inspectOutput } from "../../runtime/source.ts";
import { fixture, fixturesWith } from "../support/fixtures.ts";

const drawn = () => sharp({ create: { width: 12, height: 10, channels: 3, background: "#c86410" } });

describe("what sharp encoded", () => {
  it.each(["jpeg", "png", "webp", "gif", "avif", "tiff"] as const)(
    "has the pixels of its header, as %s",
    async (format) => {
      const body = await noting(drawn()).toFormat(format).toBuffer();

      expect(await inspectOutput(body)).toEqual({ pixels: 120 });
      expect(await inspectOutput(Uint8Array.from(body))).toEqual({ pixels: 120 });
    },
  );

  it.each(fixturesWith("animated"))("has the pixels of all frames, of %s", async (name) => {
    const body = await noting(sharp(await fixture(name), { pages: -1 }))
      .resize(7)
      .toBuffer();

    expect(await inspectOutput(body)).toEqual(await inspectOutput(Uint8Array.from(body)));
  });

  it("is not read again, and all else is", async () => {
    const body = await noting(drawn()).jpeg().toBuffer();
    const copy = Uint8Array.from(body);
    for (const bytes of [body, copy]) bytes.fill(0, 100);

    expect(await inspectOutput(body)).toEqual({ pixels: 120 });
    expect(await inspectOutput(copy)).toEqual({ pixels: 0, problem: expect.stringMatching(/\w/) });
  });

  it("is given as sharp gives it", async () => {
    const { data, info } = await noting(drawn()).png().toBuffer({ resolveWithObject: true });
    const { promise, resolve } = Promise.withResolvers<{ error: Error | null; bytes: Buffer; width: number }>();
    noting(drawn())
      .png()
      .toBuffer((error, bytes, { width }) => resolve({ error, bytes, width }));

    expect(info).toMatchObject({ format: "png", width: 12, height: 10, size: data.length });
    expect(await promise).toEqual({ error: null, bytes: data, width: 12 });
    await expect(noting(sharp(Buffer.from("no image"))).toBuffer()).rejects.toThrow(/unsupported/);
  });
});

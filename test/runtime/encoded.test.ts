import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { noting } from "../../runtime/encoded.ts";
import { decodeGif } from "../../runtime/gif.ts";
import { inspectOutput } from "../../runtime/source.ts";

const drawn = (width = 12, height = 10) => sharp({ create: { width, height, channels: 3, background: "#c86410" } });

/** What reading the header finds, which is what was not noted. */
const inspectCopy = (body: Uint8Array) => inspectOutput(Uint8Array.from(body));

describe("a GIF that was turned", () => {
  it("has the pixels of its header, over all frames, and is not read again", async () => {
    const frames = Array.from({ length: 3 }, (_, frame) =>
      drawn()
        .linear(1, 40 * frame)
        .raw()
        .toBuffer(),
    );
    const raw = { width: 12, height: 30, channels: 3, pageHeight: 10 } as const;
    const gif = await sharp(Buffer.concat(await Promise.all(frames)), { raw })
      .gif()
      .toBuffer();

    const body = decodeGif(gif).turn("clockwise");
    const read = await inspectCopy(body);
    body.fill(0, 100);

    expect([await inspectOutput(body), read]).toEqual([{ pixels: 360 }, { pixels: 360 }]);
  });
});

describe("what sharp encoded", () => {
  it.each(["jpeg", "png", "webp", "gif", "avif", "tiff"] as const)(
    "has the pixels of its header, as %s",
    async (format) => {
      const body = await noting(drawn()).toFormat(format).toBuffer();

      expect([await inspectOutput(body), await inspectCopy(body)]).toEqual([{ pixels: 120 }, { pixels: 120 }]);
    },
  );

  it.each(["gif", "webp"] as const)("has the pixels of the frames that the encoder kept, as %s", async (format) => {
    const frame = await drawn().raw().toBuffer();
    const raw = { width: 12, height: 30, channels: 3, pageHeight: 10 } as const;
    const body = await noting(sharp(Buffer.concat([frame, frame, frame]), { raw }))
      .toFormat(format)
      .toBuffer();

    expect(await inspectOutput(body)).toEqual(await inspectCopy(body));
  });

  it("has the pixels that it was extended to, whatever was extracted before", async () => {
    const image = noting(drawn(40, 40)).resize(30).extract({ left: 0, top: 0, width: 5, height: 5 });
    const body = await image.extend({ right: 95 }).png().toBuffer();

    expect(await inspectOutput(body)).toEqual({ pixels: 500 });
  });

  it("is not read again, and all else is", async () => {
    const body = await noting(drawn()).jpeg().toBuffer();
    const copy = Uint8Array.from(body);
    for (const bytes of [body, copy]) bytes.fill(0, 100);

    expect(await inspectOutput(body)).toEqual({ pixels: 120 });
    expect(await inspectOutput(copy)).toEqual({ pixels: 0, problem: expect.stringMatching(/\w/) });
  });

  it("is given as sharp gives it", async () => {
    const image = noting(drawn()).png();
    const { promise, resolve } = Promise.withResolvers<{ error: Error | null; bytes: Buffer; width: number }>();

    const whole = image.toBuffer({ resolveWithObject: true });
    image.toBuffer((error, bytes, { width }) => resolve({ error, bytes, width }));
    const { data, info } = await whole;

    expect(info).toMatchObject({ format: "png", width: 12, height: 10, size: data.length });
    expect(await promise).toEqual({ error: null, bytes: data, width: 12 });
    expect(await image.toBuffer({ resolveWithObject: false })).toEqual(data);
    expect(() => image.toBuffer({} as { resolveWithObject: true })).toThrow(/resolveWithObject/);
    await expect(noting(sharp(Buffer.from("no image"))).toBuffer()).rejects.toThrow(/unsupported/);
  });
});

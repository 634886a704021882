import { describe, expect, it } from "vitest";
import { PipelineError } from "../../runtime/errors.ts";
import { decodeGif, type GifLimits } from "../../runtime/gif.ts";
import { type BuiltFrame, buildGif, type Code, compressedCodes, extension } from "../support/gif-builder.ts";

const CLEAR = { code: 4, bits: 3 };
const END = { code: 5, bits: 3 };

describe("decoding a GIF", () => {
  it.each([
    { name: "no bytes", bytes: new Uint8Array() },
    { name: "another format", bytes: Buffer.from("\x89PNG\r\n\x1a\n and more than a header") },
    { name: "an unknown version", bytes: Buffer.from(whole()).fill("GIF90a", 0, 6) },
    { name: "nothing but a signature", bytes: whole().subarray(0, 6) },
    { name: "half a screen descriptor", bytes: whole().subarray(0, 11) },
    { name: "half a palette", bytes: whole().subarray(0, 20) },
    { name: "no frame", bytes: buildGif({ ...SCREEN, frames: [] }) },
    { name: "no frame and no trailer", bytes: buildGif({ ...SCREEN, frames: [] }).subarray(0, -1) },
    {
      name: "other bytes where the first frame is expected",
      bytes: Buffer.concat([whole().subarray(0, 25), Buffer.alloc(9)]),
    },
    {
      name: "half an extension",
      bytes: buildGif({ ...SCREEN, extensions: [extension(0xfe, "cut")], frames: [] }).subarray(0, -3),
    },
    { name: "half an image descriptor", bytes: whole().subarray(0, 30) },
    { name: "half a local palette", bytes: gifOf({ palette: [1, 2, 3, 4, 5, 6] }).subarray(0, 38) },
    { name: "no code size", bytes: whole().subarray(0, 35) },
    { name: "half a sub-block", bytes: whole().subarray(0, 38) },
    { name: "a screen without sides", bytes: buildGif({ width: 0, height: 0, frames: [{ ...FRAME, width: 0 }] }) },
    { name: "a screen wider than any GIF", bytes: gifOf({ left: 65_530, width: 6, height: 1 }) },
    { name: "a screen higher than any GIF", bytes: gifOf({ top: 65_530, width: 1, height: 6 }) },
    { name: "a code size of 0 bits", bytes: gifOf({ codeSize: 0, indexes: [0, 0, 0, 0, 0, 0] }) },
    {
      name: "a code size of 1 bit",
      bytes: gifOf({ codeSize: 1, codes: () => [2, 0, 1, 1, 0, 0, 1, 3].map((code) => ({ code, bits: 2 })) }),
    },
    { name: "a code size of 9 bits", bytes: gifOf({ codeSize: 9 }) },
    { name: "no codes", bytes: gifOf({ codes: () => [] }) },
    { name: "too few pixels before the end code", bytes: gifOf({ codes: literals(1, 2, 3) }) },
    {
      name: "too few pixels without an end code",
      bytes: gifOf({ codes: (...pixels) => compressedCodes(...pixels).slice(0, -3) }),
    },
    {
      name: "a last code that is cut to its first bits",
      bytes: gifOf({ width: 2, height: 1, codes: () => [CLEAR, { code: 1, bits: 3 }, { code: 0, bits: 2 }] }),
    },
    { name: "nothing but clear codes", bytes: gifOf({ codes: () => Array.from({ length: 99 }, () => CLEAR) }) },
    { name: "a first code that stands for nothing yet", bytes: gifOf({ codes: () => [CLEAR, { code: 6, bits: 3 }] }) },
    {
      name: "a code beyond the next one",
      bytes: gifOf({ codes: () => [CLEAR, { code: 1, bits: 3 }, { code: 7, bits: 3 }] }),
    },
  ])("fails on $name", ({ bytes }) => {
    expect(() => decodeGif(bytes)).toThrow(expect.objectContaining({ code: "SOURCE_CORRUPT", retryable: false }));
  });

  it.each([
    { bytes: whole().subarray(0, 20), message: "Expected a whole GIF, received one that ends within a block." },
    { bytes: gifOf({ codeSize: 9 }), message: "Expected a code size of 2 to 8 bits, received 9." },
    { bytes: gifOf({ codes: literals(1, 2, 3) }), message: "Expected 6 pixels in a frame, received 3." },
    { bytes: gifOf({ codes: literals(1, 7) }), message: "Expected codes below 7, received 7." },
  ])("says what is wrong: $message", ({ bytes, message }) => {
    expect(() => decodeGif(bytes)).toThrow(message);
  });

  it("reads only whole frames wherever a file is cut", () => {
    const bytes = whole();

    const turns = Array.from({ length: bytes.length }, (_, length) => turned(bytes.subarray(0, length)));

    expect(new Set(turns)).toEqual(new Set(["SOURCE_CORRUPT", turned(bytes, { frames: 1 }), turned(bytes)]));
  });

  it("decodes or fails for a stated reason whatever byte is wrong", () => {
    const bytes = whole();
    const wrong = Array.from(bytes).flatMap((byte, at) =>
      [byte ^ 1, byte ^ 0x80, 0, 0xff].map((other) => Buffer.from(bytes).fill(other, at, at + 1)),
    );

    const outcomes = wrong.map((damaged) => outcome(damaged, { pixels: 1_000 }));

    expect(new Set(outcomes)).toEqual(new Set(["decoded", "SOURCE_CORRUPT", "SOURCE_TOO_MANY_PIXELS"]));
  });

  it("ignores what follows the frames it was told to read", () => {
    const bytes = whole().subarray(0, -10);

    expect(outcome(bytes)).toBe("SOURCE_CORRUPT");
    expect(outcome(bytes, { frames: 1 })).toBe("decoded");
  });

  it("counts the pixels of the frames it reads, and of no others", () => {
    const bytes = whole();

    expect(outcome(bytes, { pixels: 12 })).toBe("decoded");
    expect(outcome(bytes, { pixels: 11 })).toBe("SOURCE_TOO_MANY_PIXELS");
    expect(outcome(bytes, { pixels: 6, frames: 1 })).toBe("decoded");
  });

  it("refuses a frame with too many pixels before it makes room for them", () => {
    const bytes = gifOf({ width: 65_535, height: 65_535 });

    expect(() => decodeGif(bytes, { pixels: 1_000_000 })).toThrow(
      expect.objectContaining({
        code: "SOURCE_TOO_MANY_PIXELS",
        message: "Expected frames of at most 1000000 pixels together, received 4294836225.",
      }),
    );
  });
});

const SCREEN = { width: 3, height: 2, palette: [0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0, 255] };

const FRAME: BuiltFrame = { width: 3, height: 2, indexes: [0, 1, 2, 3, 1, 1], codeSize: 2 };

/** A GIF of two frames: 25 bytes up to the first, the frames, the trailer. */
function whole(): Uint8Array {
  return buildGif({ ...SCREEN, frames: [FRAME, FRAME] });
}

function gifOf(frame: Partial<BuiltFrame>): Uint8Array {
  return buildGif({ ...SCREEN, frames: [{ ...FRAME, ...frame }] });
}

function literals(...indexes: readonly number[]): () => Code[] {
  return () => [CLEAR, ...indexes.map((code) => ({ code, bits: 3 })), END];
}

function outcome(bytes: Uint8Array, limits: GifLimits = {}): string {
  const result = turned(bytes, limits);
  return result.startsWith("SOURCE_") ? result : "decoded";
}

/** The turned GIF in hexadecimal digits, or the code of the failure. */
function turned(bytes: Uint8Array, limits: GifLimits = {}): string {
  try {
    return Buffer.from(decodeGif(bytes, limits).turn("clockwise")).toString("hex");
  } catch (error) {
    if (error instanceof PipelineError) return error.code;
    throw error;
  }
}

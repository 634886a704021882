import type { OutputInfo, Sharp } from "sharp";

const pixels = new WeakMap<Uint8Array, number>();

type Encode = (options: { resolveWithObject: true }) => Promise<{ data: Buffer; info: OutputInfo }>;

/**
 * Has a sharp instance note what it encodes, so that nobody need read its header again. Its clones don't, and lose nothing by
 * it but time.
 */
export function noting(image: Sharp): Sharp {
  const original = image.toBuffer.bind(image);
  const toBuffer = async (options?: { resolveWithObject?: boolean }) => {
    const { data, info } = await (original as Encode)({ resolveWithObject: true });
    pixels.set(data, info.width * info.height);
    return options?.resolveWithObject ? { data, info } : data;
  };
  return Object.assign(image, {
    toBuffer: (...args: Parameters<Encode>) =>
      args.some((arg) => typeof arg === "function") ? original(...args) : toBuffer(...args),
  });
}

/** The pixels, over all frames, of these very bytes, if they were noted. */
export function notedPixels(encoded: Uint8Array): number | undefined {
  return pixels.get(encoded);
}

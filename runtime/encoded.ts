import type { OutputInfo, Sharp } from "sharp";

const pixels = new WeakMap<Uint8Array, number>();

/**
 * Has a sharp instance note what it encodes, so that nobody need read its header again. Not noted is what sharp does not say
 * for sure: animations, whose encoders drop frames that change nothing, and what was extracted, which may be extended later.
 * An instance's clones note nothing, and lose nothing by it but time.
 */
export function noting(image: Sharp): Sharp {
  const [toBuffer, extract] = [image.toBuffer.bind(image), image.extract.bind(image)];
  let isSure = true;

  const noted = (options?: { resolveWithObject: boolean }) =>
    new Promise<Buffer | { data: Buffer; info: OutputInfo }>((resolve, reject) => {
      toBuffer((error, data, info) => {
        if (error) return reject(error);
        if (isSure && info.pages === undefined) notePixels(data, info.width * info.height);
        resolve(options?.resolveWithObject ? { data, info } : data);
      });
    });

  return Object.assign(image, {
    toBuffer: (...args: [options?: { resolveWithObject: boolean }]) => {
      const isUsual = args.length === 0 || typeof args[0]?.resolveWithObject === "boolean";
      return isUsual ? noted(...args) : toBuffer(...(args as [{ resolveWithObject: true }]));
    },
    extract: (...args: Parameters<Sharp["extract"]>) => {
      isSure = false;
      return extract(...args);
    },
  });
}

/** Notes how many pixels these very bytes have, over all frames. */
export function notePixels(encoded: Uint8Array, count: number): void {
  pixels.set(encoded, count);
}

/** The pixels of these very bytes, if they were noted. */
export function notedPixels(encoded: Uint8Array): number | undefined {
  return pixels.get(encoded);
}

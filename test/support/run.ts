import type { Transform } from "../../runtime/contract.ts";
import { type MediaType, sniff } from "../../runtime/media-type.ts";
import { readOptions } from "../../runtime/options.ts";
import { runTransform } from "../../runtime/run-transform.ts";
import { openSource } from "../../runtime/source.ts";
import { runContext } from "./contexts.ts";
import { type DecodedImage, decodeImage } from "./decoded-image.ts";

/** An image as a viewer sees it, and the format it came in. */
export interface Picture extends DecodedImage {
  readonly mediaType: MediaType | undefined;
}

/** Runs a transform as the host does: the bytes of each output, by variant and in order. */
export async function outputsOf<Options>(
  transform: Transform<Options>,
  bytes: Uint8Array,
  options?: Record<string, unknown>,
): Promise<Map<string, Buffer>> {
  const run = runContext(readOptions(transform.options, options, "options"));
  const outputs = new Map<string, Buffer>();
  for await (const { variant, body } of runTransform(transform, await openSource(bytes), run)) {
    // A copy, since a transform may use its buffer again.
    outputs.set(variant.name, Buffer.from(body));
  }
  return outputs;
}

/** What `outputsOf` gives, decoded. */
export async function picturesOf<Options>(
  transform: Transform<Options>,
  bytes: Uint8Array,
  options?: Record<string, unknown>,
): Promise<Map<string, Picture>> {
  const outputs = await outputsOf(transform, bytes, options);
  return new Map(
    await Promise.all([...outputs].map(async ([variant, body]) => [variant, await decodePicture(body)] as const)),
  );
}

/** The only output of a transform that has one variant. */
export async function outputOf<Options>(
  transform: Transform<Options>,
  bytes: Uint8Array,
  options?: Record<string, unknown>,
): Promise<Buffer> {
  const outputs = [...(await outputsOf(transform, bytes, options)).values()];
  const [output] = outputs;
  if (!output || outputs.length > 1) throw new TypeError(`Expected one output, received ${outputs.length}.`);
  return output;
}

/** The only output, decoded. */
export async function pictureOf<Options>(
  transform: Transform<Options>,
  bytes: Uint8Array,
  options?: Record<string, unknown>,
): Promise<Picture> {
  return decodePicture(await outputOf(transform, bytes, options));
}

export async function decodePicture(bytes: Uint8Array): Promise<Picture> {
  return { mediaType: sniff(bytes), ...(await decodeImage(bytes)) };
}

/** A picture without its pixels: all that is exact in any format, and short enough to be printed. */
export function outlineOf({ mediaType, width, height, frames, delays, loop, privateBlocks }: Picture) {
  return { mediaType, width, height, frames, delays, loop, privateBlocks };
}

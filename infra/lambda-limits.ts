/** What Lambda takes (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html and .../latest/api/API_CreateFunction.html). */

export const MEBIBYTE = 1024 * 1024;

/** Bytes of a function's code and of its layers, unzipped. */
export const MAX_UNZIPPED_BYTES = 250 * MEBIBYTE;

/** Bytes of a function's or a layer's code, zipped, as Pulumi uploads it: not by way of a bucket. */
export const MAX_ZIPPED_BYTES = 50 * MEBIBYTE;

export const MAX_LAYERS = 5;

export const MAX_FUNCTION_NAME_LENGTH = 64;

export const MAX_DESCRIPTION_LENGTH = 256;

/** How much a function's or a layer's code is. */
export interface CodeSize {
  readonly bytes: number;
  readonly zippedBytes: number;
}

/** Why Lambda would not take code, as a sentence about it; `undefined` if it would. */
export function codeProblem(subject: string, size: CodeSize): string | undefined {
  if (size.bytes > MAX_UNZIPPED_BYTES) {
    return `Expected ${subject} to have at most ${MAX_UNZIPPED_BYTES} bytes, which is what Lambda takes, received ${size.bytes}.`;
  }
  // What is small enough as it is need not be zipped to know.
  if (size.bytes > MAX_ZIPPED_BYTES && size.zippedBytes > MAX_ZIPPED_BYTES) {
    return `Expected ${subject} to have at most ${MAX_ZIPPED_BYTES} bytes when zipped, which is what Lambda takes in an upload, received about ${size.zippedBytes}.`;
  }
}

/** Why Lambda would not put layers below a function's code, as a sentence about that; `undefined` if it would. */
export function layersProblem(subject: string, bytes: number, layers: readonly number[]): string | undefined {
  if (layers.length > MAX_LAYERS) {
    return `Expected ${subject} to have at most ${MAX_LAYERS} layers, which is what Lambda takes, received ${layers.length}.`;
  }
  const sum = layers.reduce((total, layer) => total + layer, bytes);
  if (sum > MAX_UNZIPPED_BYTES) {
    return `Expected ${subject} and its layers to have at most ${MAX_UNZIPPED_BYTES} bytes together, which is what Lambda takes, received ${sum}.`;
  }
}

/** A turn by 90 degrees, as seen by the viewer. */
export type QuarterTurn = "clockwise" | "counterclockwise";
export interface GifImage {
  turn(direction: QuarterTurn): Uint8Array;
}
export function decodeGif(_bytes: Uint8Array, _limits?: { frames?: number; pixels?: number }): GifImage {
  throw new Error("decodeGif is not there yet");
}

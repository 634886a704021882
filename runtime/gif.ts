/** A turn by 90 degrees, as seen by the viewer. */
export type QuarterTurn = "clockwise" | "counterclockwise";
export interface GifImage {
  turn(direction: QuarterTurn): Uint8Array;
}

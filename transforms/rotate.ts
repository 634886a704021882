import {
  ALL_MEDIA_TYPES,
  defineTransform,
  listOf,
  oneOf,
  options,
  type QuarterTurn,
  type Source,
} from "../runtime/contract.ts";

/** Degrees that a viewer sees the image turned by. */
const DEGREES = { clockwise: 90, counterclockwise: 270 } as const satisfies Record<QuarterTurn, number>;

export default defineTransform({
  summary: "The source in its own format, turned by a quarter; GIFs are turned without any loss.",
  accepts: ALL_MEDIA_TYPES,
  options: options({
    directions: listOf({
      of: oneOf({ values: ["clockwise", "counterclockwise"], default: "clockwise", describe: "A quarter turn." }),
      maxLength: 2,
      default: ["clockwise", "counterclockwise"],
      describe: "The quarter turns, one variant for each.",
    }),
  }),
  variants: ({ directions }) => directions.map((direction) => ({ name: direction, format: "source" })),
  limits: { memoryMb: 1769, timeoutSeconds: 120 },
  async *transform(source, { options: { directions } }) {
    const turn = await turnOf(source);
    for (const direction of directions) yield { variant: direction, body: await turn(direction) };
  },
});

type Turn = (direction: QuarterTurn) => Uint8Array | Promise<Uint8Array>;

/** How a source is turned, with what all directions share done once. */
async function turnOf(source: Source): Promise<Turn> {
  if (source.mediaType === "image/gif") return (direction) => source.gif().turn(direction);
  if (source.frames === 1) return (direction) => source.image().rotate(DEGREES[direction]).toBuffer();
  // libvips does not turn animations, so their pixels are moved here, four bytes each.
  const strip = new Uint32Array(new Uint8Array(await source.image().ensureAlpha().raw().toBuffer()).buffer);
  const layout = {
    width: source.height,
    height: source.width * source.frames,
    frameHeight: source.width,
    channels: 4,
  } as const;
  return (direction) =>
    source.fromPixels(new Uint8Array(turnFrames(strip, source, direction).buffer), layout).toBuffer();
}

function turnFrames(strip: Uint32Array, { width, height }: Source, direction: QuarterTurn): Uint32Array {
  const turned = new Uint32Array(strip.length);
  // The source's pixel that comes first in a frame, and the steps to the next along a turned row and to the next row.
  const [first, alongRow, nextRow] =
    direction === "clockwise" ? [(height - 1) * width, -width, 1] : [width - 1, width, -1];
  let target = 0;
  for (let frame = 0; frame < strip.length; frame += width * height) {
    for (let y = 0; y < width; y++) {
      for (let x = 0; x < height; x++) turned[target++] = strip[frame + first + y * nextRow + x * alongRow] ?? 0;
    }
  }
  return turned;
}

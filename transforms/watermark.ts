import inter from "@compai/font-inter/data/typefaces/normal-600.json" with { type: "json" };
import svgpath from "svgpath";
import { ALL_MEDIA_TYPES, defineTransform, number, oneOf, options, type Source, text } from "../runtime/contract.ts";

/** What is laid over an image: red, green, blue and opacity of each pixel. */
interface Mark {
  readonly pixels: Uint8Array;
  readonly width: number;
  readonly height: number;
  /** Pixels around the mark itself, over which its shadow fades. */
  readonly padding: number;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Inter, of which each glyph is its outline; its licence is the SIL Open Font License. */
const GLYPHS: Readonly<Record<string, { readonly ha: number; readonly o: string }>> = inter.glyphs;

/** Where a mark lies: shares of the room that is left beside and above it. */
const POSITIONS = {
  "top-left": { across: 0, down: 0 },
  top: { across: 0.5, down: 0 },
  "top-right": { across: 1, down: 0 },
  left: { across: 0, down: 0.5 },
  center: { across: 0.5, down: 0.5 },
  right: { across: 1, down: 0.5 },
  "bottom-left": { across: 0, down: 1 },
  bottom: { across: 0.5, down: 1 },
  "bottom-right": { across: 1, down: 1 },
} as const;

/** No mark is higher than this share of its image, however wide that is. */
const MAX_HEIGHT = 0.5;

/** Pixels below which a text can't be read: it is not made lower as long as there is room. */
const MIN_HEIGHT = 10;

/** How dark the shadow is, and how far it reaches, as a share of what is drawn, but of no more than so many pixels. */
const SHADOW = { opacity: 0.75, reach: 0.12 };
const MAX_SHADOW_SIDE = 200;

/** The longest logo that, beside all other settings, has room in a function's environment of 4 KB. */
const MAX_LOGO_LENGTH = 2500;

export default defineTransform({
  summary: "The source in its own size and format, with a text or a logo over it, in animations over every frame.",
  accepts: ALL_MEDIA_TYPES,
  options: options({
    text: text({
      minLength: 1,
      maxLength: 64,
      only: {
        what: "of Latin letters, digits and signs",
        test: (text) => [...text].every((sign) => Object.hasOwn(GLYPHS, sign)),
      },
      default: "© All rights reserved",
      describe: "The text, in white with a soft shadow.",
    }),
    outline: text({
      maxLength: MAX_LOGO_LENGTH,
      only: { what: "the path data of an SVG or nothing", test: isPath },
      default: "",
      describe: "A logo instead of the text, sharp in every size and as white: what an SVG's path has as `d`.",
    }),
    image: text({
      maxLength: MAX_LOGO_LENGTH,
      only: {
        what: "a data URI of a PNG or WebP or nothing",
        test: (text) => /^(data:image\/(png|webp);base64,[A-Za-z0-9+/]+=*)?$/.test(text),
      },
      default: "",
      describe: "A logo in its own colours, instead of text and outline.",
    }),
    position: oneOf({
      values: [...(Object.keys(POSITIONS) as (keyof typeof POSITIONS)[]), "tile"],
      default: "bottom-right",
      describe: "Where it lies; as tile all over the image.",
    }),
    scale: number({ min: 0.01, max: 1, default: 0.25, describe: "Its width, as a share of the image's." }),
    margin: number({
      min: 0,
      max: 0.5,
      default: 0.03,
      describe: "Room around it, as a share of the image's shorter side.",
    }),
    opacity: number({ min: 0.01, max: 1, default: 0.8, describe: "1 lets nothing shine through." }),
  }),
  variants: () => [{ name: "marked", format: "source" }],
  limits: { memoryMb: 1769, timeoutSeconds: 120 },
  async *transform(source, { options }) {
    const mark = await makeMark(source, options);
    const { data, info } = await source.image().raw().toBuffer({ resolveWithObject: true });
    const { width, height, channels } = info;
    const frameHeight = height / source.frames;
    const places = placesOf(mark, source, options);
    for (let frame = 0; frame < source.frames; frame++) {
      const pixels = data.subarray(
        frame * width * frameHeight * channels,
        (frame + 1) * width * frameHeight * channels,
      );
      for (const place of places) blend(mark, place, { pixels, width, height: frameHeight, channels }, options.opacity);
    }
    const image = source.fromPixels(data, { width, height, channels, frameHeight });
    yield { variant: "marked", body: await image.toBuffer() };
  },
});

interface Wanted {
  readonly text: string;
  readonly outline: string;
  readonly image: string;
  readonly position: keyof typeof POSITIONS | "tile";
  readonly scale: number;
  readonly margin: number;
}

function makeMark(source: Source, { text, outline, image, scale, margin }: Wanted): Mark | Promise<Mark> {
  const room = 2 * margin * Math.min(source.width, source.height);
  const box = {
    width: Math.max(1, source.width - room),
    height: Math.max(1, Math.min(MAX_HEIGHT * source.height, source.height - room)),
  };
  const width = Math.max(1, scale * source.width);
  if (image) return decodeLogo(source, image, { ...box, width: Math.min(width, box.width) });
  return drawOutlines(outline ? outlinesOfPath(outline) : outlinesOfText(text), width, box);
}

interface Box {
  readonly width: number;
  readonly height: number;
}

async function decodeLogo(source: Source, image: string, box: Box): Promise<Mark> {
  const { data, info } = await source
    .fromEncoded(Buffer.from(image.slice(image.indexOf(",") + 1), "base64"))
    .resize(Math.round(box.width), Math.round(box.height), { fit: "inside" })
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { pixels: data, width: info.width, height: info.height, padding: 0 };
}

/** White shapes of this width, or as they fit the box, on a shadow around them. */
function drawOutlines(outlines: readonly Point[][], wantedWidth: number, box: Box): Mark {
  const points = outlines.flat();
  // A text of spaces alone has no outline.
  if (points.length === 0) return { pixels: new Uint8Array(4), width: 1, height: 1, padding: 0 };
  const [left, right] = boundsOf(points.map(({ x }) => x));
  const [top, bottom] = boundsOf(points.map(({ y }) => y));
  const wanted = Math.max(wantedWidth / (right - left), MIN_HEIGHT / (bottom - top));
  const scale = Math.min(wanted, box.width / (right - left), box.height / (bottom - top));
  const reach = Math.ceil(SHADOW.reach * Math.min(scale * (bottom - top), MAX_SHADOW_SIDE));
  const padding = 2 * reach;
  const size = {
    width: Math.ceil(scale * (right - left)) + 2 * padding,
    height: Math.ceil(scale * (bottom - top)) + 2 * padding,
  };
  const place = ({ x, y }: Point) => ({ x: padding + scale * (x - left), y: padding + scale * (y - top) });
  const shapes = fill(
    outlines.map((outline) => outline.map(place)),
    size,
  );
  const shadow = blur(blur(shapes, size, reach), size, reach);
  const pixels = new Uint8Array(4 * shapes.length);
  for (let at = 0; at < shapes.length; at++) {
    const white = shapes[at] ?? 0;
    // Twice as dark as the blur, which is faint around thin lines.
    const dark = SHADOW.opacity * Math.min(1, 2 * (shadow[at] ?? 0)) * (1 - white);
    const alpha = white + dark;
    pixels.fill(alpha > 0 ? Math.round((255 * white) / alpha) : 0, 4 * at, 4 * at + 3);
    pixels[4 * at + 3] = Math.round(255 * alpha);
  }
  return { ...size, pixels, padding };
}

/** The least and the greatest; what has no length gets one, so that nothing is divided by it. */
function boundsOf(values: readonly number[]): [number, number] {
  const [least, greatest] = [Math.min(...values), Math.max(...values)];
  return [least, Math.max(greatest, least + 1e-6)];
}

/** The outlines of a line of text, in the font's units. */
function outlinesOfText(text: string): Point[][] {
  let start = 0;
  return [...text].flatMap((sign) => {
    const { ha: advance, o: commands } = GLYPHS[sign] ?? { ha: 0, o: "" };
    // A curve's end comes before its control point there, and the base line is below.
    const path = commands.toUpperCase().replace(/Q (\S+ \S+) (\S+ \S+)/g, "Q $2 $1");
    const outlines = outlinesOfPath(svgpath(path).scale(1, -1).translate(start, 0).toString());
    start += advance;
    return outlines;
  });
}

/** The outlines of an SVG's path data, closed, as polygons. */
function outlinesOfPath(path: string): Point[][] {
  const outlines: Point[][] = [];
  const absolute = svgpath(path).abs().unshort().unarc();
  absolute.iterate((segment, _, x, y) => {
    const [command, ...numbers] = segment;
    const points = pointsOf(command, numbers, { x, y });
    if (command === "M") outlines.push([...points]);
    else if (points.length > 1) outlines.at(-1)?.push(...curve([{ x, y }, ...points]));
    else outlines.at(-1)?.push(...points);
  });
  return outlines;
}

/** The points of a segment but its first one: of a curve its control points and its end. */
function pointsOf(command: string, numbers: readonly number[], { x, y }: Point): Point[] {
  const [first = 0] = numbers;
  if (command === "H") return [{ x: first, y }];
  if (command === "V") return [{ x, y: first }];
  return Array.from({ length: numbers.length / 2 }, (_, index) => ({
    x: numbers[2 * index] ?? 0,
    y: numbers[2 * index + 1] ?? 0,
  }));
}

/** Whether a text is path data up to its end; the empty one stands for none. */
function isPath(text: string): boolean {
  const { err } = svgpath(text) as unknown as { readonly err: string };
  return text === "" || (err === "" && outlinesOfPath(text).length > 0);
}

/** So many lines make up a curve that nobody sees them in letters of a thousand pixels. */
const CURVE_STEPS = 12;

/** A Bézier curve of its points, in lines (de Casteljau); without its first point. */
function curve(points: readonly Point[]): Point[] {
  return Array.from({ length: CURVE_STEPS }, (_, step) => pointAt(points, (step + 1) / CURVE_STEPS));
}

function pointAt(points: readonly Point[], share: number): Point {
  const [first = { x: 0, y: 0 }, ...rest] = points;
  if (rest.length === 0) return first;
  let last = first;
  const between = rest.map((point) => {
    const { x, y } = last;
    last = point;
    return { x: x + share * (point.x - x), y: y + share * (point.y - y) };
  });
  return pointAt(between, share);
}

/**
 * How much of each pixel lies within the polygons, 0 to 1. Each edge says how the cover changes from its pixels to those on
 * their right; the sums along the rows are the cover.
 */
function fill(polygons: readonly (readonly Point[])[], { width, height }: Box): Float32Array {
  const changes = new Float32Array(width * height + 2);
  for (const polygon of polygons)
    polygon.forEach((point, index) => {
      addEdge(changes, width, point, polygon[(index + 1) % polygon.length] ?? point);
    });
  const covers = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    let sum = 0;
    for (let at = y * width; at < (y + 1) * width; at++) {
      sum += changes[at] ?? 0;
      covers[at] = Math.min(1, Math.abs(sum));
    }
  }
  return covers;
}

/** Row by row, and within a row pixel by pixel: the area to the right of the edge's part in it. */
function addEdge(changes: Float32Array, width: number, from: Point, to: Point): void {
  if (from.y === to.y) return;
  const [top, bottom, direction] = from.y < to.y ? [from, to, 1] : [to, from, -1];
  const slope = (bottom.x - top.x) / (bottom.y - top.y);
  for (let row = Math.floor(top.y); row < bottom.y; row++) {
    const [start, end] = [Math.max(row, top.y), Math.min(row + 1, bottom.y)];
    const [x1, x2] = [start, end].map((y) => top.x + slope * (y - top.y)).sort((a, b) => a - b) as [number, number];
    const total = direction * (end - start);
    for (let column = Math.floor(x1); column <= x2; column++) {
      // Of the edge's part in this row, the share that lies in this column, and where its middle is.
      const [left, right] = [Math.max(column, x1), Math.min(column + 1, x2)];
      const share = x2 > x1 ? (right - left) / (x2 - x1) : 1;
      const middle = (left + right) / 2 - column;
      const at = row * width + column;
      changes[at] = (changes[at] ?? 0) + total * share * (1 - middle);
      changes[at + 1] = (changes[at + 1] ?? 0) + total * share * middle;
    }
  }
}

/** The mean of the pixels around each, first across and then down. */
function blur(levels: Float32Array, { width, height }: Box, reach: number): Float32Array {
  const across = blurLines(levels, { lines: height, length: width, next: 1, nextLine: width }, reach);
  return blurLines(across, { lines: width, length: height, next: width, nextLine: 1 }, reach);
}

interface Lines {
  readonly lines: number;
  readonly length: number;
  /** How far a pixel lies from its neighbour in the line, and the first pixel of a line from that of the next one. */
  readonly next: number;
  readonly nextLine: number;
}

function blurLines(levels: Float32Array, { lines, length, next, nextLine }: Lines, reach: number): Float32Array {
  const blurred = new Float32Array(levels.length);
  for (let line = 0; line < lines; line++) {
    const level = (index: number) => (index < 0 || index >= length ? 0 : (levels[line * nextLine + index * next] ?? 0));
    let sum = 0;
    for (let index = -reach; index < reach; index++) sum += level(index);
    for (let index = 0; index < length; index++) {
      sum += level(index + reach);
      blurred[line * nextLine + index * next] = sum / (2 * reach + 1);
      sum -= level(index - reach);
    }
  }
  return blurred;
}

/** The top left corners of a mark in a frame, shadow included. */
function placesOf({ width, height, padding }: Mark, source: Source, { position, margin }: Wanted): Point[] {
  const inner = { width: width - 2 * padding, height: height - 2 * padding };
  const room = margin * Math.min(source.width, source.height);
  if (position === "tile") return tiles(inner, source).map(({ x, y }) => ({ x: x - padding, y: y - padding }));
  const { across, down } = POSITIONS[position];
  const place = (length: number, own: number, share: number) =>
    Math.round(room + share * (length - own - 2 * room)) - padding;
  return [{ x: place(source.width, inner.width, across), y: place(source.height, inner.height, down) }];
}

/** Rows like those of bricks, with half a mark between two and twice its height between rows. */
function tiles(mark: Box, source: Source): Point[] {
  const [stepX, stepY] = [Math.ceil(1.5 * mark.width), 3 * mark.height];
  return Array.from({ length: Math.ceil(source.height / stepY) }, (_, row) => {
    const first = row % 2 === 0 ? 0 : -Math.floor(stepX / 2);
    const count = Math.ceil((source.width - first) / stepX);
    return Array.from({ length: count }, (_, column) => ({ x: first + column * stepX, y: mark.height + row * stepY }));
  }).flat();
}

interface Frame extends Box {
  /** Three or four channels: red, green, blue and perhaps opacity. */
  readonly pixels: Uint8Array;
  readonly channels: number;
}

/** Lays a mark over a frame; what lies outside is cut off. */
function blend(mark: Mark, { x, y }: Point, { pixels, width, height, channels }: Frame, opacity: number): void {
  for (let row = Math.max(0, -y); row < Math.min(mark.height, height - y); row++) {
    for (let column = Math.max(0, -x); column < Math.min(mark.width, width - x); column++) {
      const from = 4 * (row * mark.width + column);
      const over = ((mark.pixels[from + 3] ?? 0) / 255) * opacity;
      if (over === 0) continue;
      const to = channels * ((y + row) * width + x + column);
      const under = channels === 4 ? (pixels[to + 3] ?? 0) / 255 : 1;
      const alpha = over + under * (1 - over);
      for (let channel = 0; channel < 3; channel++) {
        const [mine = 0, other = 0] = [mark.pixels[from + channel], pixels[to + channel]];
        pixels[to + channel] = Math.round((mine * over + other * under * (1 - over)) / alpha);
      }
      if (channels === 4) pixels[to + 3] = Math.round(255 * alpha);
    }
  }
}

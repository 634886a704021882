import { availableParallelism } from "node:os";
import pLimit from "p-limit";
import sharp, { type Channels, type Sharp } from "sharp";
import type { NodeSubject, Outputs, Upload } from "./work.ts";

/** A decoded picture, and how it is encoded. */
interface Picture {
  readonly variant: string;
  readonly pixels: Buffer;
  readonly width: number;
  readonly height: number;
  readonly channels: Channels;
  readonly encode: (image: Sharp) => Sharp;
}

/** The least that a job can do: one decode, and an encode of each output, all of whose pixels are there beforehand. */
interface Floor {
  readonly outputs: (bytes: Uint8Array) => Promise<Picture[]>;
  readonly decode: (bytes: Uint8Array) => Sharp;
}

const CELLS = [8, 16, 32, 48, 64];
/** As far as the product decodes to be pixelated. */
const BASE = 192;

const FLOORS: Readonly<Record<string, Floor>> = {
  pixelate: {
    decode: (bytes) => sharp(bytes).resize(BASE, BASE, { fit: "fill", kernel: "linear" }),
    outputs: (bytes) => Promise.all(CELLS.map((cells) => pixelated(bytes, cells))),
  },
  watermark: {
    decode: (bytes) => sharp(bytes),
    outputs: async (bytes) => [await asItIs(bytes)],
  },
};

/** Encodes as many outputs at once as there are cores. */
export async function floor(): Promise<NodeSubject> {
  const prepared = new Map<string, Picture[]>();
  return {
    async prepare({ job }, uploads) {
      for (const upload of uploads) {
        if (!prepared.has(upload.key)) prepared.set(upload.key, await floorOf(job).outputs(await upload.bytes()));
      }
    },
    async run({ job }, uploads) {
      const all: Outputs[] = [];
      for (const upload of uploads)
        all.push(await decodeAndEncode(floorOf(job), upload, prepared.get(upload.key) ?? []));
      return all[0] ?? new Map();
    },
  };
}

async function decodeAndEncode({ decode }: Floor, upload: Upload, pictures: readonly Picture[]): Promise<Outputs> {
  await decode(await upload.bytes())
    .raw()
    .toBuffer();
  const limit = pLimit(availableParallelism());
  const encoded = pictures.map(({ variant, pixels, width, height, channels, encode }) =>
    limit(async () => {
      const image = encode(sharp(pixels, { raw: { width, height, channels }, limitInputPixels: false }));
      return [variant, await image.toBuffer()] as const;
    }),
  );
  return new Map(await Promise.all(encoded));
}

async function pixelated(bytes: Uint8Array, cells: number): Promise<Picture> {
  const { width, height } = await sharp(bytes).metadata();
  const small = await sharp(bytes).resize(cells, cells, { fit: "fill" }).png().toBuffer();
  const enlarged = sharp(small).resize(width, height, { fit: "fill", kernel: "nearest" });
  return picture(`${cells}x${cells}`, enlarged, await encoderOf(bytes));
}

async function asItIs(bytes: Uint8Array): Promise<Picture> {
  return picture("marked", sharp(bytes), await encoderOf(bytes));
}

async function picture(variant: string, image: Sharp, encode: (image: Sharp) => Sharp): Promise<Picture> {
  const { data, info } = await image.raw().toBuffer({ resolveWithObject: true });
  return { variant, pixels: data, width: info.width, height: info.height, channels: info.channels, encode };
}

/** In the source's format; JPEGs as the product writes what is pixelated. */
async function encoderOf(bytes: Uint8Array): Promise<(image: Sharp) => Sharp> {
  const { format } = await sharp(bytes).metadata();
  return (image) => (format === "jpeg" ? image.jpeg({ optimiseCoding: false }) : image.toFormat(format));
}

function floorOf(job: string): Floor {
  const found = FLOORS[job];
  if (!found) throw new Error(`Expected one of ${Object.keys(FLOORS).join(", ")}, received ${job}.`);
  return found;
}

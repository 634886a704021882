import { availableParallelism } from "node:os";
import pLimit from "p-limit";
import sharp from "sharp";
import type { NodeSubject, Outputs, Upload, Work } from "./work.ts";

type Handler = (bytes: Uint8Array) => Promise<Outputs>;

const CELLS = [8, 16, 32, 48, 64];
const WIDTHS = [320, 640, 1024, 1600, 2048];

/** Each transform as anyone would first write it with sharp alone, by its name. */
const HANDLERS: Readonly<Record<string, Handler>> = {
  thumbnail: async (bytes) =>
    named("small", await sharp(bytes).resize(128, 128, { fit: "inside", withoutEnlargement: true }).toBuffer()),

  pixelate: async (bytes) => {
    const outputs = new Map<string, Uint8Array>();
    for (const cells of CELLS) {
      const { width, height, format } = await sharp(bytes).metadata();
      const { data, info } = await sharp(bytes)
        .resize(cells, cells, { fit: "fill" })
        .raw()
        .toBuffer({ resolveWithObject: true });
      const { width: columns, height: rows, channels } = info;
      const enlarged = sharp(data, { raw: { width: columns, height: rows, channels } })
        .resize(width, height, { fit: "fill", kernel: "nearest" })
        .toFormat(format);
      outputs.set(`${cells}x${cells}`, await enlarged.toBuffer());
    }
    return outputs;
  },

  resize: async (bytes) =>
    named("fit", await sharp(bytes).resize(1600, 1600, { fit: "inside", withoutEnlargement: true }).toBuffer()),

  optimize: async (bytes) => named("optimized", await sharp(bytes).jpeg({ mozjpeg: true }).toBuffer()),

  placeholder: async (bytes) => {
    const preview = sharp(bytes).resize(24, 24, { fit: "inside" }).webp({ quality: 50 });
    const { width, height } = await sharp(bytes).metadata();
    const blurDataUrl = `data:image/webp;base64,${(await preview.toBuffer()).toString("base64")}`;
    return named("placeholder", Buffer.from(JSON.stringify({ width, height, blurDataUrl })));
  },

  responsive: async (bytes) => {
    const outputs = new Map<string, Uint8Array>();
    for (const width of WIDTHS) {
      const scaled = () => sharp(bytes).resize({ width, withoutEnlargement: true });
      outputs.set(`avif-${width}`, await scaled().avif({ quality: 50, effort: 3 }).toBuffer());
      outputs.set(`webp-${width}`, await scaled().webp({ quality: 75 }).toBuffer());
    }
    return outputs;
  },
};

/** sharp with its own defaults, as many uploads at once as there are cores. */
export async function bare(): Promise<NodeSubject> {
  const limit = pLimit(availableParallelism());
  return {
    async run({ job }: Work, uploads: readonly Upload[]) {
      const handler = HANDLERS[job];
      if (!handler) throw new Error(`Expected one of ${Object.keys(HANDLERS).join(", ")}, received ${job}.`);
      const all = await Promise.all(uploads.map(({ bytes }) => limit(async () => handler(await bytes()))));
      return all[0] ?? new Map();
    },
  };
}

function named(variant: string, body: Uint8Array): Outputs {
  return new Map([[variant, body]]);
}

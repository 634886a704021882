/** What the project knows about one image format. */
export interface MediaTypeRow {
  /** The format's name in sharp, as `toFormat` takes it. */
  readonly format: "jpeg" | "png" | "webp" | "gif" | "avif" | "tiff";
  /** Extensions in the wild, without the dot, in lower case; outputs get the first. */
  readonly extensions: readonly [string, ...string[]];
  /** How sharp encodes it unless a transform says otherwise. */
  readonly encoding: Readonly<Record<string, string | number>>;
  /** Whether an encoder for it writes more than one frame. */
  readonly animated: boolean;
  /** The longest side its file format can express, in pixels. */
  readonly maxSide: number;
  /** The libvips loader class that decodes it; all others stay blocked. */
  readonly loader: string;
  /** Whether a file with these first bytes claims to be of this type. */
  readonly signature: (head: Uint8Array) => boolean;
}

/** Every image format that is read and written, keyed by its media type. */
export const MEDIA_TYPES = {
  "image/jpeg": {
    format: "jpeg",
    encoding: { quality: 80 },
    extensions: ["jpg", "jpeg", "jpe", "jfif"],
    animated: false,
    maxSide: 65_535,
    loader: "VipsForeignLoadJpeg",
    signature: (head) => startsWith(head, 0xff, 0xd8, 0xff),
  },
  "image/png": {
    format: "png",
    encoding: {},
    extensions: ["png"],
    animated: false,
    maxSide: 2_147_483_647,
    loader: "VipsForeignLoadPng",
    signature: (head) => startsWith(head, 0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
  },
  "image/webp": {
    format: "webp",
    encoding: { quality: 79 },
    extensions: ["webp"],
    animated: true,
    maxSide: 16_383,
    loader: "VipsForeignLoadWebp",
    signature: (head) => text(head, 0, 4) === "RIFF" && text(head, 8, 12) === "WEBP",
  },
  "image/gif": {
    format: "gif",
    encoding: {},
    extensions: ["gif"],
    animated: true,
    maxSide: 65_535,
    loader: "VipsForeignLoadNsgif",
    signature: (head) => text(head, 0, 6) === "GIF87a" || text(head, 0, 6) === "GIF89a",
  },
  "image/avif": {
    format: "avif",
    encoding: { quality: 63 },
    extensions: ["avif"],
    animated: false,
    maxSide: 16_384,
    loader: "VipsForeignLoadHeif",
    signature: (head) =>
      text(head, 4, 8) === "ftyp" && brands(head).some((brand) => brand === "avif" || brand === "avis"),
  },
  "image/tiff": {
    format: "tiff",
    // sharp's own default is JPEG within TIFF, which loses quality and is no smaller for line art.
    encoding: { compression: "deflate", predictor: "horizontal" },
    extensions: ["tif", "tiff"],
    animated: false,
    maxSide: 2_147_483_647,
    loader: "VipsForeignLoadTiff",
    signature: (head) => ["II*\0", "II+\0", "MM\0*", "MM\0+"].includes(text(head, 0, 4)),
  },
} as const satisfies Record<string, MediaTypeRow>;

/** A media type of an image that is read and written. */
export type MediaType = keyof typeof MEDIA_TYPES;

/** The name that sharp gives a format. */
export type Format = MediaTypeRow["format"];

/** Every media type, in the table's order. */
export const ALL_MEDIA_TYPES = Object.keys(MEDIA_TYPES) as readonly MediaType[];

/** How many of a file's first bytes `sniff` looks at, at the most. */
export const SNIFF_BYTES = 64;

/** The media type that a file's first bytes claim, or `undefined` if it is none of the table's. */
export function sniff(bytes: Uint8Array): MediaType | undefined {
  const head = bytes.subarray(0, SNIFF_BYTES);
  return ALL_MEDIA_TYPES.find((mediaType) => MEDIA_TYPES[mediaType].signature(head));
}

/** The table's row of a media type. */
export function mediaTypeRow(mediaType: MediaType): MediaTypeRow {
  return MEDIA_TYPES[mediaType];
}

export function isMediaType(value: unknown): value is MediaType {
  return typeof value === "string" && Object.hasOwn(MEDIA_TYPES, value);
}

function startsWith(head: Uint8Array, ...signature: number[]): boolean {
  return signature.every((byte, index) => head[index] === byte);
}

function text(head: Uint8Array, start: number, end: number): string {
  return String.fromCharCode(...head.subarray(start, end));
}

/** The major and compatible brands of an ISO base media file (ISO/IEC 14496-12, 4.3), as far as the head holds them. */
function brands(head: Uint8Array): string[] {
  return Array.from({ length: Math.floor((head.length - 8) / 4) }, (_, index) =>
    text(head, 8 + 4 * index, 12 + 4 * index),
  );
}

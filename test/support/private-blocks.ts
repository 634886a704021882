import readExif from "exif-reader";
import type { Metadata } from "sharp";

/** What libvips writes into every block of EXIF, and what says whose the image is. */
const HARMLESS: Readonly<Record<string, readonly string[]>> = {
  Image: [
    ...["Orientation", "XResolution", "YResolution", "ResolutionUnit", "YCbCrPositioning", "ExifTag"],
    ...["Copyright", "Artist"],
  ],
  Photo: [
    ...["ExifVersion", "ComponentsConfiguration", "FlashpixVersion", "ColorSpace"],
    ...["PixelXDimension", "PixelYDimension"],
  ],
};

/** The names of metadata that say where and with what an image was made, or anything else but whose it is. */
export function privateBlocksOf({ exif, ...metadata }: Metadata): string[] {
  const blocks = (["xmp", "iptc", "comments"] as const).filter((block) => metadata[block] !== undefined);
  return [...(exif ? privateFieldsOf(exif) : []), ...blocks];
}

function privateFieldsOf(exif: Buffer): string[] {
  const { bigEndian: _, ...directories } = readExif(exif);
  return Object.entries(directories).flatMap(([directory, fields]) =>
    Object.keys(fields ?? {})
      .filter((field) => !HARMLESS[directory]?.includes(field))
      .map((field) => `exif ${directory}.${field}`),
  );
}

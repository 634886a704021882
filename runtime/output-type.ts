import { messageOf } from "./errors.ts";
import { isMediaType, MEDIA_TYPES, type MediaType } from "./media-type.ts";

/** What the project knows about one format of outputs that are no images. */
export interface DocumentTypeRow {
  /** The extension of outputs, without the dot. */
  readonly extension: string;
  /** A document describes an image; one that is larger than this was meant to be something else. */
  readonly maxBytes: number;
  /** What is wrong with bytes that claim to be of this type, or `undefined`. */
  readonly problem: (bytes: Uint8Array) => string | undefined;
}

/** Every format of outputs that are no images, keyed by its media type. Sources are always images. */
export const DOCUMENT_TYPES = {
  "application/json": { extension: "json", maxBytes: 1024 * 1024, problem: problemOfJson },
} as const satisfies Record<string, DocumentTypeRow>;

export type DocumentType = keyof typeof DOCUMENT_TYPES;

/** A media type that outputs may have. */
export type OutputType = MediaType | DocumentType;

/** Every media type that outputs may have, images first. */
export const ALL_OUTPUT_TYPES = [...Object.keys(MEDIA_TYPES), ...Object.keys(DOCUMENT_TYPES)] as readonly OutputType[];

export function isDocumentType(value: unknown): value is DocumentType {
  return typeof value === "string" && Object.hasOwn(DOCUMENT_TYPES, value);
}

export function isOutputType(value: unknown): value is OutputType {
  return isMediaType(value) || isDocumentType(value);
}

/** The extension of outputs of a type, without the dot. */
export function extensionOf(type: OutputType): string {
  return isDocumentType(type) ? DOCUMENT_TYPES[type].extension : MEDIA_TYPES[type].extensions[0];
}

/** JSON is UTF-8 without a byte order mark (RFC 8259, 8.1). */
function problemOfJson(bytes: Uint8Array): string | undefined {
  try {
    JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch (error) {
    return messageOf(error);
  }
}

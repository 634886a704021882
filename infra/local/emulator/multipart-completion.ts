import { AwsError } from "./aws-error.ts";
import type { MultipartUpload } from "./multipart-uploads.ts";
import { unescapeXml } from "./xml.ts";

interface NamedPart {
  readonly partNumber: number;
  /** Without its quotes. */
  readonly eTag: string;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
const MIN_PART_BYTES = 5 * 1024 ** 2;
const MAX_PART_NUMBER = 10_000;

/** The parts that a CompleteMultipartUpload request names. */
export function readParts(body: string): NamedPart[] {
  return [...body.matchAll(/<Part>([\s\S]*?)<\/Part>/g)].map(([, part = ""]) => {
    const number = /<PartNumber>\s*(\d+)\s*<\/PartNumber>/.exec(part)?.[1];
    const eTag = /<ETag>([^<]*)<\/ETag>/.exec(part)?.[1];
    if (number === undefined || eTag === undefined) throw malformed();
    return { partNumber: Number(number), eTag: unescapeXml(eTag).trim().replace(/^"|"$/g, "") };
  });
}

/** Throws what S3 answers to parts that make no object. https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html */
export function checkCompletion(body: string, { parts }: MultipartUpload, announcedSize: unknown): void {
  const named = readParts(body);
  if (named.length === 0) throw malformed();
  named.forEach(({ partNumber, eTag }, index) => {
    if (partNumber <= (named[index - 1]?.partNumber ?? 0)) {
      throw new AwsError(
        "InvalidPartOrder",
        "The list of parts was not in ascending order. Parts must be ordered by part number.",
      );
    }
    const part = parts.get(partNumber);
    if (part?.eTag !== eTag) {
      throw new AwsError(
        "InvalidPart",
        "One or more of the specified parts could not be found. The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
      );
    }
    if (part.size < MIN_PART_BYTES && index < named.length - 1) {
      throw new AwsError("EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size");
    }
  });
  const size = named.reduce((sum, { partNumber }) => sum + (parts.get(partNumber)?.size ?? 0), 0);
  if (announcedSize !== undefined && Number(announcedSize) !== size) {
    throw new AwsError(
      "InvalidRequest",
      `The provided 'x-amz-mp-object-size' header value ${announcedSize} does not match what was computed: ${size}`,
    );
  }
}

/** The same request in a form that fauxqs reads right. */
export function writeParts(body: string): Buffer {
  const parts = readParts(body).map(({ partNumber, eTag }) => {
    return `<Part><PartNumber>${partNumber}</PartNumber><ETag>&quot;${eTag}&quot;</ETag></Part>`;
  });
  return Buffer.from(`<CompleteMultipartUpload>${parts.join("")}</CompleteMultipartUpload>`);
}

export function checkPartNumber(partNumber: string | undefined): void {
  const number = Number(partNumber);
  if (Number.isInteger(number) && number >= 1 && number <= MAX_PART_NUMBER) return;
  throw new AwsError("InvalidArgument", "Part number must be an integer between 1 and 10000, inclusive");
}

function malformed(): AwsError {
  return new AwsError(
    "MalformedXML",
    "The XML you provided was not well-formed or did not validate against our published schema",
  );
}

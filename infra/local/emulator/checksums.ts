import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";

/**
 * The checksums that S3 takes, each in Base64, by the ends of their headers' names.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
 */
export const CHECKSUMS: Readonly<Record<string, (body: Buffer) => string>> = {
  crc32: (body) => base64Of([crc32(body)]),
  crc32c: (body) => base64Of([crc32c(body)]),
  crc64nvme: (body) => base64Of(crc64nvme(body)),
  sha1: (body) => createHash("sha1").update(body).digest("base64"),
  sha256: (body) => createHash("sha256").update(body).digest("base64"),
};

/** Castagnoli's polynomial, its bits reversed. */
const CRC32C_TABLE = crcTable(0, 0x82f63b78).low;
/** The polynomial of NVMe's 64-bit checksum, its bits reversed, in two halves: numbers are exact to 53 bits only. */
const CRC64NVME_TABLE = crcTable(0x9a6c9329, 0xac4bc9b5);

function crc32c(body: Buffer): number {
  let crc = -1;
  for (const byte of body) crc = (CRC32C_TABLE[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8);
  return ~crc;
}

function crc64nvme(body: Buffer): number[] {
  const { high: highTable, low: lowTable } = CRC64NVME_TABLE;
  let [high, low] = [-1, -1];
  for (const byte of body) {
    const index = (low ^ byte) & 0xff;
    low = (lowTable[index] ?? 0) ^ ((low >>> 8) | (high << 24));
    high = (highTable[index] ?? 0) ^ (high >>> 8);
  }
  return [~high, ~low];
}

/** What each byte adds to a checksum of up to 64 bits. */
function crcTable(polynomialHigh: number, polynomialLow: number): { high: Int32Array; low: Int32Array } {
  const [highs, lows] = [new Int32Array(256), new Int32Array(256)];
  for (const byte of lows.keys()) {
    let [high, low] = [0, byte];
    for (let bit = 0; bit < 8; bit += 1) {
      const carry = low & 1;
      low = (low >>> 1) | (high << 31);
      high >>>= 1;
      if (carry === 1) [high, low] = [high ^ polynomialHigh, low ^ polynomialLow];
    }
    highs[byte] = high;
    lows[byte] = low;
  }
  return { high: highs, low: lows };
}

/** Of 32-bit words, the most significant first. */
function base64Of(words: readonly number[]): string {
  const bytes = Buffer.alloc(words.length * 4);
  words.forEach((word, index) => {
    bytes.writeUInt32BE(word >>> 0, index * 4);
  });
  return bytes.toString("base64");
}

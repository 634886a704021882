import type { Random } from "../support/random.ts";
import { type Piece, piecesOf } from "./pieces.ts";

type Mutation = (bytes: Buffer, random: Random, other: Buffer) => Buffer;

/** Values that readers of sizes and counts tend to get wrong. */
const EDGES = [
  0, 1, 2, 7, 8, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xffffffff,
];

const MUTATIONS: readonly Mutation[] = [
  flipBits,
  setBytes,
  writeEdge,
  writeEdge,
  truncate,
  cutOut,
  repeat,
  splice,
  insertNoise,
  ...[dropPiece, repeatPiece, swapPieces, damagePiece, damagePiece, resizePiece],
];

/** Mostly one: what is damaged often is refused early. */
const COUNTS = [1, 1, 1, 2, 4];

/** Bytes that were an image: one to four things about them are wrong. `other` is one to take parts from. */
export function mutate(bytes: Buffer, other: Buffer, random: Random): Buffer {
  let mutated: Buffer = Buffer.from(bytes);
  const count = random.pick(COUNTS);
  for (let done = 0; done < count && mutated.length > 0; done++)
    mutated = random.pick(MUTATIONS)(mutated, random, other);
  return mutated;
}

function flipBits(bytes: Buffer, random: Random): Buffer {
  for (let count = random.integer(1, 8); count > 0; count--) {
    const at = random.integer(0, bytes.length - 1);
    bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << random.integer(0, 7)), at);
  }
  return bytes;
}

function setBytes(bytes: Buffer, random: Random): Buffer {
  const at = random.integer(0, bytes.length - 1);
  return bytes.fill(
    random.pick([0, 0xff, random.integer(0, 255)]),
    at,
    Math.min(bytes.length, at + random.integer(1, 16)),
  );
}

/** Headers are where sizes stand. */
function writeEdge(bytes: Buffer, random: Random): Buffer {
  const size = random.pick([1, 2, 4]);
  if (bytes.length < size) return bytes;
  const end = bytes.length - size;
  const at = random.integer(0, random.chance(0.7) ? Math.min(end, 200) : end);
  const value = random.pick(EDGES) % 2 ** (8 * size);
  if (random.chance(0.5)) bytes.writeUIntBE(value, at, size);
  else bytes.writeUIntLE(value, at, size);
  return bytes;
}

function truncate(bytes: Buffer, random: Random): Buffer {
  return bytes.subarray(0, random.integer(1, bytes.length));
}

function cutOut(bytes: Buffer, random: Random): Buffer {
  const start = random.integer(0, bytes.length - 1);
  return Buffer.concat([bytes.subarray(0, start), bytes.subarray(start + random.integer(1, 64))]);
}

function repeat(bytes: Buffer, random: Random): Buffer {
  const start = random.integer(0, bytes.length - 1);
  const part = bytes.subarray(start, start + random.integer(1, 64));
  const copies = Array<Buffer>(random.integer(1, 32)).fill(part);
  return Buffer.concat([bytes.subarray(0, start), ...copies, bytes.subarray(start)]);
}

function splice(bytes: Buffer, random: Random, other: Buffer): Buffer {
  return Buffer.concat([
    bytes.subarray(0, random.integer(0, bytes.length)),
    other.subarray(random.integer(0, other.length)),
  ]);
}

function insertNoise(bytes: Buffer, random: Random): Buffer {
  const at = random.integer(0, bytes.length);
  const noise = Buffer.from(Array.from({ length: random.integer(1, 32) }, () => random.integer(0, 255)));
  return Buffer.concat([bytes.subarray(0, at), noise, bytes.subarray(at)]);
}

function dropPiece(bytes: Buffer, random: Random): Buffer {
  return rearrange(bytes, (pieces) => pieces.toSpliced(random.integer(0, pieces.length - 1), 1));
}

function repeatPiece(bytes: Buffer, random: Random): Buffer {
  return rearrange(bytes, (pieces) => {
    const at = random.integer(0, pieces.length - 1);
    return pieces.toSpliced(at, 0, ...Array<Piece>(random.integer(1, 20)).fill(random.pick(pieces)));
  });
}

function swapPieces(bytes: Buffer, random: Random): Buffer {
  return rearrange(bytes, (pieces) => {
    const [one, other] = [random.integer(0, pieces.length - 1), random.integer(0, pieces.length - 1)];
    const swapped = [...pieces];
    [swapped[one], swapped[other]] = [pieces[other] as Piece, pieces[one] as Piece];
    return swapped;
  });
}

/** Damages what is in a piece and leaves its frame right, checksum included, so that it is read at all. */
function damagePiece(bytes: Buffer, random: Random): Buffer {
  return rearrange(bytes, (pieces) => {
    const at = random.integer(0, pieces.length - 1);
    const piece = pieces[at] as Piece;
    if (piece.content.length === 0) return pieces;
    const damage = random.pick([flipBits, setBytes, writeEdge]);
    return pieces.with(at, { ...piece, content: damage(Buffer.from(piece.content), random) });
  });
}

function resizePiece(bytes: Buffer, random: Random): Buffer {
  return rearrange(bytes, (pieces) => {
    const at = random.integer(0, pieces.length - 1);
    const piece = pieces[at] as Piece;
    const resize = random.pick([truncate, cutOut, repeat, insertNoise]);
    if (piece.content.length === 0) return pieces;
    return pieces.with(at, { ...piece, content: resize(Buffer.from(piece.content), random) });
  });
}

function rearrange(bytes: Buffer, change: (pieces: readonly Piece[]) => readonly Piece[]): Buffer {
  const { head, pieces } = piecesOf(bytes);
  if (pieces.length === 0) return bytes;
  return Buffer.concat([head, ...change(pieces).map(({ content, frame }) => frame(content))]);
}

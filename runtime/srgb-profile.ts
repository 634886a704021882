/** Where a profile's table of tags begins, and what an entry in it takes (ICC.1:2022, 7.3). */
const TAG_COUNT_AT = 128;
const TAG_BYTES = 12;

/** The primaries of sRGB, adapted to the D50 white of profiles (IEC 61966-2-1 with the Bradford transform of ICC.1:2022, annex E). */
const PRIMARIES: Readonly<Record<string, readonly [x: number, y: number, z: number]>> = {
  rXYZ: [0.4361, 0.2225, 0.0139],
  gXYZ: [0.3851, 0.7169, 0.0971],
  bXYZ: [0.1431, 0.0606, 0.7141],
};
/** Profiles that mean sRGB round otherwise, and some adapt otherwise; the nearest other space, Rec. 709 with D50, is no other one. */
const PRIMARY_TOLERANCE = 0.004;

const CURVES = ["rTRC", "gTRC", "bTRC"];
/** Where a curve is looked at: a straight line and a plain power of 2.2 are further off than the tolerance somewhere here. */
const LEVELS = [0.02, 0.05, 0.1, 0.25, 0.5, 0.75];
const CURVE_TOLERANCE = 0.0015;

/**
 * Whether an ICC profile says that numbers are those of sRGB, by its primaries and curves rather than by its name, which anybody
 * may give. Converting such an image to sRGB changes nothing and takes longer than all the rest of a small one. Tables of
 * colours, which a profile may have as well, are not read: `false`.
 */
export function isSrgbProfile(icc: Uint8Array): boolean {
  const profile = new DataView(icc.buffer, icc.byteOffset, icc.byteLength);
  try {
    const tags = readTags(profile);
    if (ascii(profile, 16) !== "RGB " || tags.has("A2B0")) return false;
    const hasPrimaries = Object.entries(PRIMARIES).every(([name, expected]) =>
      readXyz(profile, tags.get(name)).every((value, index) => isNear(value, expected[index], PRIMARY_TOLERANCE)),
    );
    return hasPrimaries && CURVES.every((name) => hasSrgbCurve(profile, tags.get(name)));
  } catch (error) {
    // It ends before what it says it has.
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** Offsets of tags by their signatures. */
function readTags(profile: DataView): Map<string, number> {
  const tags = new Map<string, number>();
  const end = TAG_COUNT_AT + 4 + profile.getUint32(TAG_COUNT_AT) * TAG_BYTES;
  for (let at = TAG_COUNT_AT + 4; at < end; at += TAG_BYTES) tags.set(ascii(profile, at), profile.getUint32(at + 4));
  return tags;
}

function readXyz(profile: DataView, at: number | undefined): number[] {
  if (at === undefined || ascii(profile, at) !== "XYZ ") return [Number.NaN];
  return [8, 12, 16].map((offset) => fixed(profile, at + offset));
}

function hasSrgbCurve(profile: DataView, at: number | undefined): boolean {
  const curve = at === undefined ? undefined : readCurve(profile, at);
  return curve !== undefined && LEVELS.every((level) => isNear(curve(level), srgb(level), CURVE_TOLERANCE));
}

/** A curve from numbers to light, both from 0 to 1; `undefined` if it is of another kind than those of profiles. */
function readCurve(profile: DataView, at: number): ((level: number) => number) | undefined {
  const type = ascii(profile, at);
  if (type === "curv") return readTable(profile, at + 8);
  if (type !== "para") return undefined;
  // Of the five kinds of formulas (ICC.1:2022, 10.18), those that are a line in the dark and a power above it.
  const kind = profile.getUint16(at + 8);
  if (kind !== 3 && kind !== 4) return undefined;
  const count = kind === 3 ? 5 : 7;
  const [g = 1, a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = Array.from({ length: count }, (_, index) =>
    fixed(profile, at + 12 + 4 * index),
  );
  return (level) => (level >= d ? (a * level + b) ** g + e : c * level + f);
}

/** Values at equal distances; one alone is a power, and none a straight line (ICC.1:2022, 10.6), neither of which is sRGB's. */
function readTable(profile: DataView, at: number): ((level: number) => number) | undefined {
  const count = profile.getUint32(at);
  if (count < 2) return undefined;
  const value = (index: number) => profile.getUint16(at + 4 + 2 * Math.min(index, count - 1)) / 65_535;
  return (level) => {
    const position = level * (count - 1);
    const index = Math.floor(position);
    return value(index) + (value(index + 1) - value(index)) * (position - index);
  };
}

/** The light of a number in sRGB (IEC 61966-2-1). */
function srgb(level: number): number {
  return level <= 0.04045 ? level / 12.92 : ((level + 0.055) / 1.055) ** 2.4;
}

function isNear(value: number, expected: number | undefined, tolerance: number): boolean {
  return expected !== undefined && Math.abs(value - expected) <= tolerance;
}

function fixed(profile: DataView, at: number): number {
  return profile.getInt32(at) / 65_536;
}

function ascii(profile: DataView, at: number): string {
  return String.fromCharCode(...[0, 1, 2, 3].map((index) => profile.getUint8(at + index)));
}

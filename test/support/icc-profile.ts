type Curve = (level: number) => number;

/** X, Y and Z of red, green and blue, adapted to the white of profiles. */
type Primaries = readonly [red: Xyz, green: Xyz, blue: Xyz];
type Xyz = readonly [x: number, y: number, z: number];

export const SRGB_PRIMARIES: Primaries = [
  [0.43607, 0.22249, 0.01392],
  [0.38515, 0.71687, 0.09708],
  [0.14307, 0.06061, 0.7141],
];

/** From numbers to light, both from 0 to 1 (IEC 61966-2-1). */
export const srgbCurve: Curve = (level) => (level <= 0.04045 ? level / 12.92 : ((level + 0.055) / 1.055) ** 2.4);

const D50: Xyz = [0.9642, 1, 0.8249];
const CURVE_VALUES = 1024;

/** A display's profile (ICC.1:2001-04) as cameras and editors embed it: its curve is a table of 1,024 values. */
export function iccProfile(primaries: Primaries, curve: Curve, space = "RGB "): Buffer {
  const table = curveTag(curve);
  const [red, green, blue] = primaries.map(xyzTag) as [Buffer, Buffer, Buffer];
  const white = xyzTag(D50);
  const tags = { wtpt: white, rXYZ: red, gXYZ: green, bXYZ: blue, rTRC: table, gTRC: table, bTRC: table };
  const datas = [...new Set(Object.values(tags))];
  const head = header(space);
  const tableOfTags = Buffer.alloc(4 + 12 * Object.keys(tags).length);
  tableOfTags.writeUInt32BE(Object.keys(tags).length);
  const startOf = (data: Buffer) =>
    datas.slice(0, datas.indexOf(data)).reduce((sum, { length }) => sum + length, head.length + tableOfTags.length);
  Object.entries(tags).forEach(([name, data], index) => {
    const at = 4 + 12 * index;
    tableOfTags.write(name, at);
    tableOfTags.writeUInt32BE(startOf(data), at + 4);
    tableOfTags.writeUInt32BE(data.length, at + 8);
  });
  const profile = Buffer.concat([head, tableOfTags, ...datas]);
  profile.writeUInt32BE(profile.length);
  return profile;
}

function header(space: string): Buffer {
  const head = Buffer.alloc(128);
  head.writeUInt32BE(0x02_40_00_00, 8);
  head.write(`mntr${space}XYZ `, 12);
  head.write("acsp", 36);
  head.set(Buffer.concat(D50.map(fixed)), 68);
  return head;
}

function curveTag(curve: Curve): Buffer {
  const table = Buffer.alloc(12 + 2 * CURVE_VALUES);
  table.write("curv");
  table.writeUInt32BE(CURVE_VALUES, 8);
  for (let index = 0; index < CURVE_VALUES; index++)
    table.writeUInt16BE(Math.round(65_535 * curve(index / (CURVE_VALUES - 1))), 12 + 2 * index);
  return table;
}

function xyzTag(values: Xyz): Buffer {
  return Buffer.concat([Buffer.from("XYZ \0\0\0\0"), ...values.map(fixed)]);
}

function fixed(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(Math.round(value * 65_536));
  return bytes;
}

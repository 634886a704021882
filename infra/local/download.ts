import { mkdir, writeFile } from "node:fs/promises";
import { dirname, relative, resolve, sep } from "node:path";
import { GetObjectCommand, type S3Client } from "@aws-sdk/client-s3";

/** What is downloaded. */
interface Outputs {
  readonly bucket: string;
  /** What the keys of all of them start with. */
  readonly prefix: string;
}

/** Writes an object to `out/<its key below the prefix>`, and gives this path. */
export async function download(s3: S3Client, { bucket, prefix }: Outputs, key: string, out: string): Promise<string> {
  const path = pathInside(out, key.startsWith(prefix) ? key.slice(prefix.length) : key);
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, (await Body?.transformToByteArray()) ?? new Uint8Array());
  return path;
}

/** Where a key lies below a folder. Throws if that is outside of it. */
export function pathInside(folder: string, key: string): string {
  const path = resolve(folder, `.${sep}${key}`);
  const inside = relative(folder, path);
  if (inside === "" || inside.split(sep)[0] === ".." || resolve(inside) === inside) {
    throw new Error(`Expected an output key that names a file inside ${folder}, received ${key}.`);
  }
  return path;
}

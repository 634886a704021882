import { mkdir, writeFile } from "node:fs/promises";
import { dirname, relative, resolve, sep } from "node:path";
import { GetObjectCommand, type S3Client } from "@aws-sdk/client-s3";

/** Writes an object to `folder/<key>`. */
export async function download(s3: S3Client, bucket: string, key: string, out: string): Promise<void> {
  const path = pathInside(out, key);
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, (await Body?.transformToByteArray()) ?? new Uint8Array());
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

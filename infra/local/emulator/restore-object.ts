import type { FastifyInstance } from "fastify";
import type { ObjectRecord } from "../state/object-files.ts";
import { INTERNAL_HEADERS } from "./internal-request.ts";
import { unquote } from "./s3-refusals.ts";
import { objectUrl } from "./stored-object.ts";

interface Request {
  readonly method: "PUT" | "POST";
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly payload?: Buffer;
}

/**
 * Puts an object back as it was put. If its bytes are not those that its record tells of, it is put without what described
 * those: its type alone is kept.
 * @param body `undefined` if its file is gone; then there is no object
 * @returns whether it is the same object as before, as its entity tag says
 */
export async function restoreObject(
  app: FastifyInstance,
  record: ObjectRecord,
  body: Buffer | undefined,
): Promise<boolean> {
  if (body === undefined) return false;
  const { headers, partSizes } = record;
  const bytes = partSizes.reduce((sum, size) => sum + size, 0);
  const isInParts = partSizes.length > 0 && bytes === body.length;
  const eTag = await (isInParts ? putInParts(app, record, body) : put(app, record, headers, body)).catch(() => "");
  if (eTag === record.eTag) return true;
  const { "content-type": type } = headers;
  await put(app, record, type === undefined ? {} : { "content-type": type }, body);
  return false;
}

async function put(
  app: FastifyInstance,
  record: ObjectRecord,
  headers: Readonly<Record<string, string>>,
  payload: Buffer,
): Promise<string> {
  const response = await call(app, { method: "PUT", url: objectUrl(record), headers, payload });
  return unquote(String(response.headers.etag));
}

async function putInParts(app: FastifyInstance, record: ObjectRecord, body: Buffer): Promise<string> {
  const url = objectUrl(record);
  const begun = await call(app, { method: "POST", url: `${url}?uploads`, headers: record.headers });
  const uploadId = textOf("UploadId", begun.body);
  const parts: string[] = [];
  let offset = 0;
  for (const size of record.partSizes) {
    const number = parts.length + 1;
    const payload = body.subarray(offset, offset + size);
    const response = await call(app, {
      method: "PUT",
      url: `${url}?partNumber=${number}&uploadId=${uploadId}`,
      payload,
    });
    parts.push(`<Part><PartNumber>${number}</PartNumber><ETag>${response.headers.etag}</ETag></Part>`);
    offset += size;
  }
  const payload = Buffer.from(`<CompleteMultipartUpload>${parts.join("")}</CompleteMultipartUpload>`);
  const completed = await call(app, { method: "POST", url: `${url}?uploadId=${uploadId}`, payload });
  return textOf("ETag", completed.body).replaceAll("&quot;", "").replaceAll('"', "");
}

async function call(app: FastifyInstance, request: Request) {
  const headers = { "content-type": "application/octet-stream", ...request.headers, ...INTERNAL_HEADERS };
  const response = await app.inject({ ...request, headers });
  if (response.statusCode !== 200) throw new Error(`${request.method} ${request.url}: ${response.body}`);
  return response;
}

function textOf(name: string, xml: string): string {
  return new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1] ?? "";
}

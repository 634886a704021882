import { AwsError } from "./aws-error.ts";
import { element, nameWriter, readPageSize, refuseParameter, s3Document } from "./listed-names.ts";
import type { MultipartUpload } from "./multipart-uploads.ts";
import type { ObjectIndex } from "./object-index.ts";
import type { S3Operation } from "./s3-operation.ts";

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListMultipartUploads.html */
export function listMultipartUploads({ bucket, query }: S3Operation, objects: ObjectIndex): string {
  if (!objects.hasBucket(bucket)) throw new AwsError("NoSuchBucket", "The specified bucket does not exist", 404);
  refuseParameter(query, "delimiter");
  const write = nameWriter(query);
  const { prefix = "", "key-marker": keyMarker = "", "upload-id-marker": idMarker = "" } = query;
  const maxUploads = readPageSize(query, "max-uploads");
  const all = objects.uploads.list(bucket).filter(({ key }) => key.startsWith(prefix));
  const rest = all.slice(startOf(all, keyMarker, idMarker));
  const page = rest.slice(0, maxUploads);
  const last = rest.length > page.length ? page.at(-1) : undefined;

  return s3Document("ListMultipartUploadsResult", [
    `<Bucket>${bucket}</Bucket><KeyMarker>${write(keyMarker)}</KeyMarker><UploadIdMarker>${idMarker}</UploadIdMarker>`,
    `<Prefix>${write(prefix)}</Prefix><MaxUploads>${maxUploads}</MaxUploads><IsTruncated>${last !== undefined}</IsTruncated>`,
    element("EncodingType", query["encoding-type"]),
    element("NextKeyMarker", last && write(last.key)),
    element("NextUploadIdMarker", last?.uploadId),
    ...page.map(({ key, uploadId, initiated, attributes }) => {
      const content = `<Key>${write(key)}</Key><UploadId>${uploadId}</UploadId><Initiated>${initiated.toISOString()}</Initiated>`;
      return `<Upload>${content}<StorageClass>${attributes.storageClass}</StorageClass></Upload>`;
    }),
  ]);
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListParts.html */
export function listParts({ bucket, key, query }: S3Operation, objects: ObjectIndex): string {
  const upload = findUpload({ bucket, key, query }, objects);
  const write = nameWriter(query);
  const marker = Number(query["part-number-marker"] ?? 0);
  const maxParts = readPageSize(query, "max-parts");
  const rest = [...upload.parts].filter(([number]) => number > marker).sort(([one], [other]) => one - other);
  const page = rest.slice(0, maxParts);
  const last = rest.length > page.length ? page.at(-1) : undefined;

  return s3Document("ListPartsResult", [
    `<Bucket>${bucket}</Bucket><Key>${write(key)}</Key><UploadId>${upload.uploadId}</UploadId>`,
    `<PartNumberMarker>${marker}</PartNumberMarker>${element("NextPartNumberMarker", last?.[0])}`,
    `<MaxParts>${maxParts}</MaxParts><IsTruncated>${last !== undefined}</IsTruncated>`,
    `<StorageClass>${upload.attributes.storageClass}</StorageClass>`,
    ...page.map(([number, { size, eTag, lastModified }]) => {
      const times = `<LastModified>${lastModified.toISOString()}</LastModified>`;
      return `<Part><PartNumber>${number}</PartNumber>${times}<ETag>&quot;${eTag}&quot;</ETag><Size>${size}</Size></Part>`;
    }),
  ]);
}

/** The upload that a request names. It is of one key: under any other it is not there. */
export function findUpload(
  { bucket, key, query }: Pick<S3Operation, "bucket" | "key" | "query">,
  objects: ObjectIndex,
): MultipartUpload {
  const upload = objects.uploads.find(query.uploadId ?? "");
  if (upload?.bucket === bucket && upload.key === key) return upload;
  const reason =
    "The specified multipart upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.";
  throw new AwsError("NoSuchUpload", reason, 404);
}

/** Behind the marked key, or behind the marked upload of that key. */
function startOf(uploads: readonly MultipartUpload[], keyMarker: string, idMarker: string): number {
  const marked = uploads.findIndex(({ key, uploadId }) => key === keyMarker && uploadId === idMarker);
  if (marked !== -1) return marked + 1;
  const start = Buffer.from(keyMarker);
  const after = uploads.findIndex(({ key }) => Buffer.compare(Buffer.from(key), start) > 0);
  return after === -1 ? uploads.length : after;
}

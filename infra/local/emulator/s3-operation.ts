import type { FastifyRequest } from "fastify";
import { AwsError, notImplemented } from "./aws-error.ts";
import { isHoistedHeader, isSignature } from "./presigned-request.ts";
import { OVERRIDE_PARAMETERS } from "./response-overrides.ts";

/** One request to S3, by the name that S3 gives it. */
export interface S3Operation {
  readonly name: S3OperationName;
  readonly bucket: string;
  readonly key: string;
  readonly query: Readonly<Record<string, string>>;
}

export type S3OperationName = (typeof OPERATIONS)[number]["name"];

interface OperationShape {
  readonly name: string;
  readonly method: string;
  readonly target: "service" | "bucket" | "key";
  /** Query parameters that mark the operation; all of them are there. */
  readonly marks?: readonly string[];
  /** Query parameters that it may have besides. Any other belongs to an operation, or an option, unknown here. */
  readonly options?: readonly string[];
  readonly copies?: boolean;
}

const LISTING = ["prefix", "delimiter", "max-keys", "encoding-type"];

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html */
const OPERATIONS = [
  { name: "ListBuckets", method: "GET", target: "service" },
  { name: "CreateBucket", method: "PUT", target: "bucket" },
  { name: "HeadBucket", method: "HEAD", target: "bucket" },
  { name: "GetBucketLocation", method: "GET", target: "bucket", marks: ["location"] },
  { name: "DeleteBucket", method: "DELETE", target: "bucket" },
  {
    name: "ListObjectsV2",
    method: "GET",
    target: "bucket",
    marks: ["list-type"],
    options: [...LISTING, "start-after", "continuation-token", "fetch-owner"],
  },
  { name: "ListObjects", method: "GET", target: "bucket", options: [...LISTING, "marker"] },
  {
    name: "ListMultipartUploads",
    method: "GET",
    target: "bucket",
    marks: ["uploads"],
    options: ["prefix", "delimiter", "encoding-type", "key-marker", "upload-id-marker", "max-uploads"],
  },
  { name: "DeleteObjects", method: "POST", target: "bucket", marks: ["delete"] },
  { name: "PutObject", method: "PUT", target: "key" },
  { name: "CopyObject", method: "PUT", target: "key", copies: true },
  { name: "GetObject", method: "GET", target: "key", options: ["partNumber", ...OVERRIDE_PARAMETERS] },
  { name: "HeadObject", method: "HEAD", target: "key", options: OVERRIDE_PARAMETERS },
  { name: "GetObjectTagging", method: "GET", target: "key", marks: ["tagging"] },
  { name: "DeleteObject", method: "DELETE", target: "key" },
  { name: "CreateMultipartUpload", method: "POST", target: "key", marks: ["uploads"] },
  { name: "UploadPart", method: "PUT", target: "key", marks: ["uploadId", "partNumber"] },
  { name: "UploadPartCopy", method: "PUT", target: "key", marks: ["uploadId", "partNumber"], copies: true },
  {
    name: "ListParts",
    method: "GET",
    target: "key",
    marks: ["uploadId"],
    options: ["max-parts", "part-number-marker", "encoding-type"],
  },
  { name: "CompleteMultipartUpload", method: "POST", target: "key", marks: ["uploadId"] },
  { name: "AbortMultipartUpload", method: "DELETE", target: "key", marks: ["uploadId"] },
] as const satisfies readonly OperationShape[];

/** The routes of fauxqs that are S3's. */
const ROUTES: Readonly<Record<string, true>> = { "/": true, "/:bucket": true, "/:bucket/*": true };

/** Whether a request is one to S3: only S3 has addresses below the root, and only S3 is read from the root. */
export function isS3Request({ method, routeOptions: { url = "" } }: FastifyRequest): boolean {
  return ROUTES[url] === true && !(url === "/" && method === "POST");
}

/** The operation that a request to S3 asks for, or nothing if it is one that fauxqs would mistake for another. */
export function readS3Operation(request: FastifyRequest): S3Operation | undefined {
  const { bucket = "", "*": key = "" } = texts(request.params);
  const query = readQuery(request);
  const target = key !== "" ? "key" : bucket !== "" ? "bucket" : "service";
  const copies = request.headers["x-amz-copy-source"] !== undefined;
  const shape = OPERATIONS.find((candidate: OperationShape) => {
    const { marks = [], options = [] } = candidate;
    return (
      candidate.method === request.method &&
      candidate.target === target &&
      (candidate.copies ?? false) === copies &&
      marks.every((mark) => mark in query) &&
      Object.keys(query).every((name) => marks.includes(name) || options.includes(name) || isTransport(name))
    );
  });
  return shape && { name: shape.name, bucket, key, query };
}

/** The parameters of an address; of one that is given twice, both values. */
export function readQuery(request: Pick<FastifyRequest, "query">): Readonly<Record<string, string>> {
  return texts(request.query);
}

/** The object that a copy reads. */
export function readCopySource({ headers }: Pick<FastifyRequest, "headers">): { bucket: string; key: string } {
  const source = String(headers["x-amz-copy-source"]);
  if (source.includes("?versionId=")) throw notImplemented("copies of versions");
  try {
    const [bucket = "", ...key] = decodeURIComponent(source).replace(/^\//, "").split("/");
    return { bucket, key: key.join("/") };
  } catch (cause) {
    if (cause instanceof URIError) throw new AwsError("InvalidArgument", "The copy source is not URL-encoded");
    throw cause;
  }
}

/** Parameters that carry the request, not its meaning: the SDK's own mark, signatures, and headers moved here. */
function isTransport(name: string): boolean {
  return name === "x-id" || isSignature(name) || isHoistedHeader(name);
}

function texts(record: unknown): Record<string, string> {
  if (typeof record !== "object" || record === null) return {};
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, String(value)]));
}

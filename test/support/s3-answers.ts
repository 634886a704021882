import { Readable } from "node:stream";
import { NoSuchBucket, NoSuchKey, NotFound, S3Client, S3ServiceException } from "@aws-sdk/client-s3";
import { sdkStreamMixin } from "@smithy/core/serde";

/** A client that may be mocked and must not be let onto the network. */
export function s3Client(): S3Client {
  return new S3Client({ region: "eu-west-1", credentials: { accessKeyId: "none", secretAccessKey: "none" } });
}

/** The body of an answer, in chunks as they would arrive. */
export function streamOf(...chunks: readonly Uint8Array[]) {
  return sdkStreamMixin(Readable.from(chunks));
}

/** The body of an answer whose connection breaks after the chunks. */
export function brokenStreamOf(...chunks: readonly Uint8Array[]) {
  return sdkStreamMixin(
    Readable.from(
      (async function* () {
        yield* chunks;
        throw new Error("aborted");
      })(),
    ),
  );
}

/** What the SDK throws for an object or a bucket that is not there. */
export const ABSENT = {
  NotFound: new NotFound({ message: "UnknownError", $metadata: { httpStatusCode: 404 } }),
  NoSuchKey: new NoSuchKey({ message: "The specified key does not exist.", $metadata: { httpStatusCode: 404 } }),
  NoSuchBucket: new NoSuchBucket({
    message: "The specified bucket does not exist",
    $metadata: { httpStatusCode: 404 },
  }),
};

/** What the SDK throws for any other answer of S3. */
export function s3Failure(name: string, httpStatusCode: number, message: string): S3ServiceException {
  const $fault = httpStatusCode < 500 ? "client" : "server";
  return new S3ServiceException({ name, message, $fault, $metadata: { httpStatusCode } });
}

import { ListObjectsV2Command, type S3Client } from "@aws-sdk/client-s3";
import { decodeEventKey } from "../event-key.ts";
import type { ListedUpload } from "./upload-event.ts";

interface Listing {
  readonly bucket: string;
  readonly prefix: string;
  /** The key after which the listing begins. */
  readonly after: string | undefined;
  readonly signal: AbortSignal;
}

/** Pages of at most 1,000 objects each, in the order of their keys. */
export async function* listUploads(s3: S3Client, listing: Listing): AsyncGenerator<ListedUpload[]> {
  const { bucket, prefix, after, signal } = listing;
  let token: string | undefined;
  do {
    const page = await s3.send(
      new ListObjectsV2Command({
        Bucket: bucket,
        Prefix: prefix,
        // XML has no form for some of the characters that keys may have.
        EncodingType: "url",
        ...(token === undefined ? { StartAfter: after } : { ContinuationToken: token }),
      }),
      { abortSignal: signal },
    );
    const { Contents = [], IsTruncated = false, NextContinuationToken } = page;
    yield Contents.map(({ Key = "", ETag = "", Size = 0 }) => ({
      bucket,
      key: decodeEventKey(Key),
      eTag: ETag.replaceAll('"', ""),
      size: Size,
    }));
    token = IsTruncated ? NextContinuationToken : undefined;
  } while (token !== undefined);
}

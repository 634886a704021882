import { GetObjectCommand, HeadObjectCommand, ListObjectsV2Command, type S3Client } from "@aws-sdk/client-s3";
import pLimit from "p-limit";
import type { DeployedStack } from "../../infra/local/deploy.ts";
import type { LiveMessage } from "../../infra/local/emulator.ts";
import { queueName } from "../../infra/local/queue-name.ts";
import { deadLettersOf } from "../../infra/local/results.ts";
import { readMessage } from "../../runtime/event.ts";
import { sniff } from "../../runtime/media-type.ts";
import { readOptions } from "../../runtime/options.ts";
import { DEFAULT_OUTPUT_KEY, outputKey } from "../../runtime/output-key.ts";
import { readTransforms } from "../../runtime/registry.ts";
import type { DeadUpload, Ledger, LedgerWorker, StoredOutput, StoredSource } from "./ledger.ts";

const AT_ONCE = 8;

/** Reads from buckets and dead-letter queues what there is. */
export async function readStored(
  stack: DeployedStack,
  s3: S3Client,
): Promise<Pick<Ledger, "sources" | "outputs" | "deadUploads">> {
  return {
    sources: await readAll(s3, stack.uploadsBucket, (key) => readSource(s3, stack.uploadsBucket, key)),
    outputs: await readAll(s3, stack.outputsBucket, (key) => readOutput(s3, stack.outputsBucket, key)),
    deadUploads: await readDeadUploads(stack),
  };
}

/** The workers of a stack whose outputs lie under the default keys. */
export async function readWorkers(
  { workers }: DeployedStack,
  {
    transformsFolder,
    options,
  }: { transformsFolder: string; options: Readonly<Record<string, Record<string, unknown>>> },
): Promise<LedgerWorker[]> {
  const transforms = await readTransforms(transformsFolder);
  return workers.map(({ name, transform: transformName }) => {
    const transform = transforms.get(transformName);
    const variants = transform.variants(readOptions(transform.options, options[name], name));
    return {
      name,
      accepts: transform.accepts,
      outputKeys: (key) => variants.map((variant) => outputKey(DEFAULT_OUTPUT_KEY, name, key, variant)),
    };
  });
}

async function readSource(s3: S3Client, bucket: string, key: string): Promise<StoredSource> {
  const { Body, ETag = "" } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array();
  return { key, eTag: unquoted(ETag), bytes: bytes.length, mediaType: sniff(bytes) };
}

async function readOutput(s3: S3Client, bucket: string, key: string): Promise<StoredOutput> {
  const { Metadata = {}, ContentLength = 0 } = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
  return {
    key,
    bytes: ContentLength,
    sourceETag: Metadata["source-etag"] ?? "",
    sourceKeySha256: Metadata["source-key-sha256"] ?? "",
    worker: Metadata.transform ?? "",
  };
}

async function readAll<Item>(s3: S3Client, bucket: string, read: (key: string) => Promise<Item>): Promise<Item[]> {
  const keys: string[] = [];
  let ContinuationToken: string | undefined;
  do {
    const page = await s3.send(new ListObjectsV2Command({ Bucket: bucket, ContinuationToken }));
    keys.push(...(page.Contents ?? []).flatMap(({ Key }) => Key ?? []));
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken);
  return pLimit(AT_ONCE).map(keys, read);
}

async function readDeadUploads({ machine, workers }: DeployedStack): Promise<DeadUpload[]> {
  const perWorker = workers.map(async (worker) => {
    const { ready, delayed, inflight } = await machine.emulator.inspectQueue(queueName(worker.deadLetterQueueUrl));
    const messages = [...ready, ...delayed, ...inflight.map(({ message }) => message)];
    return messages.flatMap((message) => deadUploadsOf(worker.name, message));
  });
  return (await Promise.all(perWorker)).flat();
}

function deadUploadsOf(worker: string, { body, messageAttributes }: LiveMessage): DeadUpload[] {
  const { code, message } = messageAttributes;
  const uploads = readMessage(body);
  return deadLettersOf({ name: worker }, body, code?.StringValue, message?.StringValue).flatMap((letter, index) => {
    if (letter.status !== "deadLettered") return [];
    const eTag = uploads[index]?.eTag;
    return { worker, key: letter.key, code: letter.code, message: letter.message, ...(eTag && { eTag }) };
  });
}

function unquoted(eTag: string): string {
  return eTag.replaceAll('"', "");
}

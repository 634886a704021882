import { CopyObjectCommand, ListObjectsV2Command, type MetadataDirective, S3Client } from "@aws-sdk/client-s3";
import type { DeployedStack } from "../../../infra/local/deploy.ts";
import { queueName } from "../../../infra/local/queue-name.ts";
import { watchPublished } from "../../../infra/local/results.ts";
import { untilEmpty } from "../../../infra/local/until-empty.ts";

/** What became of uploads. */
export interface Ends {
  /** How many results had each end: a status, or the code of a skip. */
  readonly ends: Readonly<Record<string, number>>;
  /** Messages in queues of what could not be delivered or done. */
  readonly deadLetters: number;
}

export interface FedBack extends Ends {
  /** How many outputs were new, and copied, in each round. */
  readonly copies: readonly number[];
}

export interface Client {
  readonly s3: S3Client;
  /** Resolves when nothing is left to be worked on; throws if that does not come to pass in time. */
  settled(): Promise<void>;
}

const SETTLED_SECONDS = 30;

/** More than outputs take to be no news to any worker. */
const MAX_ROUNDS = 10;

/** What became of all that a client does. */
export async function endsOf(stack: DeployedStack, act: (client: Client) => Promise<void>): Promise<Ends> {
  const { machine, workers } = stack;
  await using cleanUp = new AsyncDisposableStack();
  const s3 = new S3Client({ ...machine.clientSettings, forcePathStyle: true });
  cleanUp.defer(() => s3.destroy());
  /** By id: results come at least once. */
  const ends = new Map<string, string>();
  const stopWatching = await watchPublished(stack, (end) => {
    if (end.status === "published") ends.set(end.result.id, "code" in end.result ? end.result.code : end.result.status);
  });
  cleanUp.defer(stopWatching);
  const settled = async () => {
    for (const queues of [workers.map(({ queueUrl }) => queueName(queueUrl)), ["watched-results"]]) {
      if (!(await untilEmpty(machine.emulator, queues, { seconds: SETTLED_SECONDS })))
        throw new Error(`Expected ${queues.join(", ")} to be empty within ${SETTLED_SECONDS} s.`);
    }
  };
  await act({ s3, settled });
  await settled();
  return { ends: countBy([...ends.values()]), deadLetters: await countDeadLetters(stack) };
}

/**
 * Copies outputs to the uploads, waits for what becomes of them, copies what was made of them, and so on until nothing new is
 * made: as a replication rule or `aws s3 sync` would.
 */
export async function feedBack(stack: DeployedStack, where: (key: string) => boolean): Promise<FedBack> {
  const copied = new Set<string>();
  const copies: number[] = [];
  const ends = await endsOf(stack, async ({ s3, settled }) => {
    while (copies.length < MAX_ROUNDS && copies.at(-1) !== 0) {
      const fresh = (await outputKeys(stack, s3)).filter((key) => where(key) && !copied.has(key));
      copies.push(fresh.length);
      for (const key of fresh) {
        copied.add(key);
        await copyToUploads(stack, s3, { key, metadata: "COPY" });
      }
      await settled();
    }
  });
  return { ...ends, copies };
}

export async function outputKeys({ outputsBucket, outputsPrefix }: DeployedStack, s3: S3Client): Promise<string[]> {
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: outputsBucket, Prefix: outputsPrefix }));
  return Contents.map(({ Key = "" }) => Key);
}

/** Puts an output among the uploads, with the rest of its key. */
export async function copyToUploads(
  { uploadsBucket, uploadsPrefix, outputsBucket, outputsPrefix }: DeployedStack,
  s3: S3Client,
  { key, metadata }: { readonly key: string; readonly metadata: MetadataDirective },
): Promise<void> {
  await s3.send(
    new CopyObjectCommand({
      Bucket: uploadsBucket,
      Key: uploadsPrefix + key.slice(outputsPrefix.length),
      CopySource: `${outputsBucket}/${key}`,
      MetadataDirective: metadata,
    }),
  );
}

async function countDeadLetters({ machine, workers }: DeployedStack): Promise<number> {
  const urls = workers.flatMap(({ deadLetterQueueUrl, undeliveredQueueUrl = [] }) =>
    [deadLetterQueueUrl].concat(undeliveredQueueUrl),
  );
  const contents = await Promise.all(urls.map((url) => machine.emulator.inspectQueue(queueName(url))));
  return contents.flatMap(({ ready, delayed, inflight }) => [...ready, ...delayed, ...inflight]).length;
}

function countBy(names: readonly string[]): Record<string, number> {
  return Object.fromEntries([...Map.groupBy(names, (name) => name)].sort().map(([name, { length }]) => [name, length]));
}

import { setTimeout } from "node:timers/promises";
import { DeleteObjectCommand, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import pLimit from "p-limit";
import type { Deed } from "./ledger.ts";
import type { Story } from "./workload.ts";

/** Who does something to uploads, and keeps account of it. */
export class Doer {
  readonly deeds: Deed[] = [];
  readonly #s3: S3Client;
  readonly #bucket: string;
  readonly #start = performance.now();

  constructor(s3: S3Client, bucket: string) {
    this.#s3 = s3;
    this.#bucket = bucket;
  }

  async put(key: string, body: Buffer, by: Deed["by"] = "workload"): Promise<void> {
    const { ETag = "" } = await this.#s3.send(new PutObjectCommand({ Bucket: this.#bucket, Key: key, Body: body }));
    this.#note({ does: "put", key, eTag: ETag.replaceAll('"', ""), by });
  }

  async remove(key: string, by: Deed["by"] = "workload"): Promise<void> {
    await this.#s3.send(new DeleteObjectCommand({ Bucket: this.#bucket, Key: key }));
    this.#note({ does: "remove", key, by });
  }

  #note(deed: Omit<Deed, "at">): void {
    this.deeds.push({ ...deed, at: Math.round(performance.now() - this.#start) });
  }
}

/** Does all that the stories tell: several at once, each in its order and when it is `ready`. */
export async function perform(
  stories: readonly Story[],
  doer: Doer,
  { atOnce, ready, onStory }: { atOnce: number; ready?: () => Promise<void>; onStory: () => void },
): Promise<void> {
  await pLimit(atOnce).map(stories, async ({ key, steps }) => {
    await ready?.();
    for (const step of steps) {
      await setTimeout(step.pauseMs);
      if (step.does === "put") await doer.put(key, await step.body());
      else await doer.remove(key);
    }
    onStory();
  });
}

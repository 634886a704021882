import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { type EncryptionSettings, queueEncryption } from "./encryption.ts";
import { deadLetterQueuePolicy } from "./policies.ts";

export interface QueueArgs {
  readonly name: string;
  readonly deadLettersName: string;
  /** Of the function that works on the queue, for one batch. */
  readonly timeoutSeconds: number;
  /** How long messages that were received wait for others before their batch runs. Default: 0. */
  readonly windowSeconds?: number;
  /** How often messages come beyond `MAX_RECEIVE_COUNT`. Default: 0. */
  readonly spareReceives?: number;
  readonly encryption: EncryptionSettings;
}

/** AWS asks for at least five, so that messages which were only throttled don't become dead letters. */
export const MAX_RECEIVE_COUNT = 5;

/**
 * How often more a worker's upload may come that never had a turn, since the images before it took all the time: nothing of it has
 * failed yet. Only the queue can count what ends its function, so that each one has such an upload become a dead letter later, by
 * as long as messages are hidden.
 */
export const SPARE_RECEIVES = 3;

/** AWS asks for six times the function's time, so that a throttled batch is not delivered twice. */
export const VISIBILITY_FACTOR = 6;

const DAY_SECONDS = 24 * 60 * 60;
/** Half of what dead letters get, which keep their first age: there are always as many days to look at them. */
const RETENTION_SECONDS = 7 * DAY_SECONDS;
/** The longest that SQS offers. */
const DEAD_LETTER_RETENTION_SECONDS = 14 * DAY_SECONDS;

/** A queue that a function works on, and where its messages go that nobody could work on. Who may send is said elsewhere. */
export function queueWithDeadLetters(
  { name, deadLettersName, timeoutSeconds, windowSeconds = 0, spareReceives = 0, encryption }: QueueArgs,
  child: pulumi.ResourceOptions,
): { queue: aws.sqs.Queue; deadLetters: aws.sqs.Queue } {
  const deadLetters = new aws.sqs.Queue(deadLettersName, deadLetterSettings(encryption), child);
  const queue = new aws.sqs.Queue(
    name,
    {
      // Messages are hidden from when they are received, which is before a batch is full.
      visibilityTimeoutSeconds: VISIBILITY_FACTOR * timeoutSeconds + windowSeconds,
      messageRetentionSeconds: RETENTION_SECONDS,
      ...queueEncryption(encryption),
      redrivePolicy: deadLetters.arn.apply((arn) =>
        JSON.stringify({ deadLetterTargetArn: arn, maxReceiveCount: MAX_RECEIVE_COUNT + spareReceives }),
      ),
    },
    child,
  );
  new aws.sqs.QueuePolicy(
    deadLettersName,
    { queueUrl: deadLetters.url, policy: deadLetters.arn.apply(deadLetterQueuePolicy) },
    child,
  );
  return { queue, deadLetters };
}

/** What all queues of what could not be delivered or done have in common. */
export function deadLetterSettings(encryption: EncryptionSettings): aws.sqs.QueueArgs {
  return { messageRetentionSeconds: DEAD_LETTER_RETENTION_SECONDS, ...queueEncryption(encryption) };
}

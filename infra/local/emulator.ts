import { buildApp } from "fauxqs";
import { AwsError } from "./emulator/aws-error.ts";
import { BucketNotifications, type TopicNotification } from "./emulator/bucket-notifications.ts";
import { acceptLargeBodies } from "./emulator/large-bodies.ts";
import { MessageMoveTasks } from "./emulator/message-move-tasks.ts";
import { MessageOrigins } from "./emulator/message-origins.ts";
import { ObjectIndex } from "./emulator/object-index.ts";
import { refuseOtherServices } from "./emulator/other-services.ts";
import { scaleQueueTime } from "./emulator/queue-time.ts";
import { ACCOUNT_ID, Queues } from "./emulator/queues.ts";
import { fillS3Gaps } from "./emulator/s3-gaps.ts";
import { answerSns } from "./emulator/sns-actions.ts";
import { answerSqs } from "./emulator/sqs-actions.ts";
import { fillSqsGaps } from "./emulator/sqs-gaps.ts";
import { acceptSqsQueries } from "./emulator/sqs-query-protocol.ts";
import { type SubscriptionRequest, Topics } from "./emulator/topics.ts";

export { AwsError } from "./emulator/aws-error.ts";
export type { TopicNotification } from "./emulator/bucket-notifications.ts";
export type { SubscriptionRequest } from "./emulator/topics.ts";

export interface EmulatorOptions {
  /** @default 0, any free port */
  readonly port?: number;
  /** @default "us-east-1" */
  readonly region?: string;
  /**
   * How much faster the time of queues passes: with 60, a minute of back-off takes a second. It divides delays, the
   * timeouts of ChangeMessageVisibility, and the visibility that a queue gives by itself (one second at least); an
   * explicit timeout of ReceiveMessage is real, and so are the calls of event source mappings, attributes, long polls
   * and retention.
   * @default 1
   */
  readonly queueTimeScale?: number;
}

/** S3, SNS and SQS in memory, on 127.0.0.1 alone. Whatever AWS refuses is an `AwsError` with AWS's code. */
export interface Emulator {
  readonly endpoint: string;
  readonly region: string;
  readonly accountId: string;
  createBucket(name: string): Promise<void>;
  /** Replaces the whole notification configuration of a bucket, and sends each topic an `s3:TestEvent`. */
  putBucketNotification(bucket: string, configuration: { topics: readonly TopicNotification[] }): Promise<void>;
  /** Gives the topic's ARN. */
  createTopic(name: string): Promise<string>;
  /** Gives the subscription's ARN. */
  subscribe(request: SubscriptionRequest): Promise<string>;
  createQueue(name: string, attributes: Readonly<Record<string, string>>): Promise<{ url: string; arn: string }>;
  /** Whether a consumer itself decided when the message with this receipt handle is visible again. */
  visibilityChanged(receiptHandle: string): boolean;
  /** Ends long polls and connections; nothing is kept. */
  close(): Promise<void>;
}

export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const { port = 0, region = "us-east-1", queueTimeScale = 1 } = options;
  if (!(queueTimeScale > 0)) throw new RangeError(`Expected a positive queueTimeScale, received ${queueTimeScale}.`);
  const app = buildApp({ logger: false, defaultRegion: region });
  const queues = new Queues(app);
  const topics = new Topics({ region, queues });
  const objects = new ObjectIndex();
  const notifications = new BucketNotifications({ region, topics });

  acceptLargeBodies(app);
  refuseOtherServices(app);
  acceptSqsQueries(app);
  answerSns(app, topics);
  fillSqsGaps(app, queues);
  const origins = new MessageOrigins(app, region, ACCOUNT_ID);
  answerSqs(app, new MessageMoveTasks({ queues, origins, scale: queueTimeScale }));
  const visibilityChanged = scaleQueueTime(app, { queues, scale: queueTimeScale });
  fillS3Gaps(app, { objects, notifications, region });
  const endpoint = await app.listen({ port, host: "127.0.0.1" });

  return {
    endpoint,
    region,
    accountId: ACCOUNT_ID,
    createBucket: async (name) => {
      const response = await app.inject({ method: "PUT", url: `/${name}` });
      if (response.statusCode !== 200) throw new AwsError("InvalidBucketName", response.body, response.statusCode);
    },
    putBucketNotification: async (bucket, configuration) => {
      if (!objects.hasBucket(bucket)) throw new AwsError("NoSuchBucket", `There is no bucket ${bucket}.`, 404);
      await notifications.put(bucket, configuration.topics);
    },
    createTopic: async (name) => topics.create(name),
    subscribe: async (request) => topics.subscribe(request),
    createQueue: async (name, attributes) => {
      const arn = await queues.create(name, attributes);
      return { arn, url: `${endpoint}/${ACCOUNT_ID}/${name}` };
    },
    visibilityChanged,
    close: () => app.close(),
  };
}

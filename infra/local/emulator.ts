import { buildApp } from "fauxqs";
import { authorizeRequests } from "./emulator/authorization.ts";
import { AwsError } from "./emulator/aws-error.ts";
import { BucketNotifications, type NotificationConfiguration } from "./emulator/bucket-notifications.ts";
import { trackChanges } from "./emulator/change-tracking.ts";
import { EventBus, type EventRule, type EventTarget } from "./emulator/event-bus.ts";
import { holdClients } from "./emulator/hold-clients.ts";
import { acceptLargeBodies } from "./emulator/large-bodies.ts";
import { answerMail } from "./emulator/mail-actions.ts";
import { MailBox, type MailBoxOptions } from "./emulator/mail-box.ts";
import { MessageMoveTasks } from "./emulator/message-move-tasks.ts";
import { MessageOrigins } from "./emulator/message-origins.ts";
import { ObjectIndex } from "./emulator/object-index.ts";
import { refuseOtherServices } from "./emulator/other-services.ts";
import { persistObjects } from "./emulator/persist-objects.ts";
import { persistQueues } from "./emulator/persist-queues.ts";
import { type QueueContents, QueueInspection } from "./emulator/queue-inspection.ts";
import { enforceQueuePolicies } from "./emulator/queue-policies.ts";
import { scaleQueueTime } from "./emulator/queue-time.ts";
import { ACCOUNT_ID, Queues } from "./emulator/queues.ts";
import { keepRawBodies } from "./emulator/raw-bodies.ts";
import { authorizeRemovals, tellRefusedRemovals } from "./emulator/removal-authorization.ts";
import { restoreQueue } from "./emulator/restore-queue.ts";
import { fillS3Gaps } from "./emulator/s3-gaps.ts";
import type { LostMessage } from "./emulator/service-sender.ts";
import { answerSns } from "./emulator/sns-actions.ts";
import { answerSqs } from "./emulator/sqs-actions.ts";
import { fillSqsGaps } from "./emulator/sqs-gaps.ts";
import { acceptSqsQueries } from "./emulator/sqs-query-protocol.ts";
import type { SubscriptionRequest } from "./emulator/topic-subscription.ts";
import { Topics } from "./emulator/topics.ts";
import type { FaultPlan } from "./faults/fault-plan.ts";
import { exchangeLostAnswers, injectFaults } from "./faults/inject-faults.ts";
import type { AccessControl } from "./iam/access-control.ts";
import type { ServiceRequest } from "./iam/service-request.ts";
import type { MachineState } from "./state/machine-state.ts";

export { AwsError } from "./emulator/aws-error.ts";
export type { TopicNotification } from "./emulator/bucket-notifications.ts";
export type { EventRule, EventTarget } from "./emulator/event-bus.ts";
export type { LiveMessage, QueueContents } from "./emulator/queue-inspection.ts";
export { ACCOUNT_ID } from "./emulator/queues.ts";
export type { LostMessage } from "./emulator/service-sender.ts";
export type { SubscriptionRequest } from "./emulator/topic-subscription.ts";

export interface EmulatorOptions {
  /** Whether clients wait until `open` is called. */
  readonly holdsClients?: boolean | undefined;
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
  /** Decides on every request of clients, and on those between services. Default: everything is allowed. */
  readonly access?: AccessControl | undefined;
  /** Told of each message of a topic or a rule that reached neither its queue nor a dead-letter queue. */
  readonly onLost?: ((message: LostMessage) => void) | undefined;
  /** Where mail goes. Default: it is dropped. */
  readonly mail?: MailBoxOptions | undefined;
  /** Where objects and messages are kept, and found again when a bucket or queue is created. Default: in memory alone. */
  readonly state?: MachineState | undefined;
  /** What goes wrong. Default: nothing. */
  readonly faults?: FaultPlan | undefined;
}

/** S3, SNS, SQS, what S3 tells EventBridge and what sends mail of SES, on 127.0.0.1 alone. Whatever AWS refuses is an `AwsError` with AWS's code. */
export interface Emulator {
  readonly endpoint: string;
  readonly region: string;
  readonly accountId: string;
  createBucket(name: string): Promise<void>;
  /** Replaces the whole notification configuration of a bucket, and sends each topic an `s3:TestEvent`. */
  putBucketNotification(bucket: string, configuration: NotificationConfiguration): Promise<void>;
  /** Creates a rule of the default event bus, or changes the one of that name. Gives its ARN. */
  putEventRule(rule: EventRule): Promise<string>;
  /** Adds a target to a rule, or replaces the one of that id. */
  putEventTarget(target: EventTarget): Promise<void>;
  /** Gives the topic's ARN. */
  createTopic(name: string): Promise<string>;
  /** Gives the subscription's ARN. */
  subscribe(request: SubscriptionRequest): Promise<string>;
  createQueue(name: string, attributes: Readonly<Record<string, string>>): Promise<{ url: string; arn: string }>;
  /** Whether a consumer itself decided when the message with this receipt handle is visible again. */
  visibilityChanged(receiptHandle: string): boolean;
  /** What is in a queue, without receiving it. */
  inspectQueue(name: string): Promise<QueueContents>;
  /**
   * Sends the events that an earlier run with the same state did not get to send, then lets clients in. Needed, once everything
   * that they expect is there, of an emulator that holds them.
   */
  open(): Promise<void>;
  /** Ends long polls and connections. */
  close(): Promise<void>;
}

export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const {
    port = 0,
    region = "us-east-1",
    queueTimeScale = 1,
    state,
    access,
    mail,
    holdsClients,
    faults,
    onLost = () => {},
  } = options;
  if (!(queueTimeScale > 0)) throw new RangeError(`Expected a positive queueTimeScale, received ${queueTimeScale}.`);
  const app = buildApp({ logger: false, defaultRegion: region });
  const letClientsIn = holdsClients ? holdClients(app) : () => {};
  let isOpen = false;
  const queues = new Queues(app);
  const refusalOf = (request: ServiceRequest) => access?.refusal(request.principal, request);
  const mailBox = new MailBox(mail);
  const topics = new Topics({ region, queues, rules: { refusalOf, onLost }, mailBox });
  const bus = new EventBus({ region, queues, rules: { refusalOf, onLost } });
  const objects = new ObjectIndex();
  const tracked = trackChanges(app, objects);
  const inspection = new QueueInspection(app);
  const notifications = new BucketNotifications({
    region,
    topics,
    bus,
    refusalOf,
    ...(state && { numberedFrom: afterEarlierRuns() }),
  });
  const persistedObjects = state && persistObjects(app, { files: state.objects, index: objects, notifications });

  acceptLargeBodies(app);
  keepRawBodies(app);
  refuseOtherServices(app);
  acceptSqsQueries(app);
  if (faults) injectFaults(app, faults);
  if (access) {
    authorizeRequests(app, { access, objects, region, accountId: ACCOUNT_ID });
    authorizeRemovals(app, access);
    enforceQueuePolicies(app, { access, region, accountId: ACCOUNT_ID });
  }
  answerSns(app, topics);
  answerMail(app, mailBox);
  fillSqsGaps(app, queues);
  const origins = new MessageOrigins(app, region, ACCOUNT_ID);
  if (state) persistQueues(app, { journal: state.messages, inspection });
  answerSqs(app, new MessageMoveTasks({ queues, origins, scale: queueTimeScale }));
  const visibilityChanged = scaleQueueTime(app, { queues, scale: queueTimeScale });
  fillS3Gaps(app, { objects, notifications: persistedObjects ?? notifications, tracked, region });
  tellRefusedRemovals(app);
  if (faults) exchangeLostAnswers(app);
  const endpoint = await app.listen({ port, host: "127.0.0.1" });

  return {
    endpoint,
    region,
    accountId: ACCOUNT_ID,
    createBucket: async (name) => {
      const response = await app.inject({ method: "PUT", url: `/${name}` });
      if (response.statusCode !== 200) throw new AwsError("InvalidBucketName", response.body, response.statusCode);
      await persistedObjects?.restore(name);
    },
    putBucketNotification: async (bucket, configuration) => {
      if (!objects.hasBucket(bucket)) throw new AwsError("NoSuchBucket", `There is no bucket ${bucket}.`, 404);
      await notifications.put(bucket, configuration);
    },
    putEventRule: async (rule) => bus.putRule(rule),
    putEventTarget: async (target) => bus.putTarget(target),
    createTopic: async (name) => topics.create(name),
    subscribe: async (request) => topics.subscribe(request),
    createQueue: async (name, attributes) => {
      // Who creates a queue that is there gets it as it is.
      const isNew = !(await queues.has(name));
      const arn = await queues.create(name, attributes);
      if (state && isNew) await restoreQueue(app, name, { journal: state.messages, inspection, origins });
      return { arn, url: `${endpoint}/${ACCOUNT_ID}/${name}` };
    },
    visibilityChanged,
    inspectQueue: (name) => inspection.inspect(name),
    open: async () => {
      if (isOpen) return;
      isOpen = true;
      await persistedObjects?.tellNoted();
      letClientsIn();
    },
    close: () => app.close(),
  };
}

/** A number that grows from run to run by more than a run can have changes. */
function afterEarlierRuns(): bigint {
  return BigInt(Date.now()) << 16n;
}

import { SQSClient } from "@aws-sdk/client-sqs";
import { startFauxqs } from "fauxqs";
import { onTestFinished } from "vitest";
import { type MappingSettings, startEventSourceMapping } from "../../../infra/local/event-source-mapping.ts";
import type { Invocation } from "../../../infra/local/function-host.ts";

export const SUCCESS: Invocation = { outcome: "returned", value: null };

export interface QueueSettings {
  /** In the queue's own time. */
  readonly visibilityTimeoutSeconds: number;
  readonly maxReceiveCount: number;
}

const DEAD_LETTER_ARN = "arn:aws:sqs:eu-west-1:000000000000:dead";

export type MappedQueue = Awaited<ReturnType<typeof queueOf>>;

/** A queue whose messages come back a tenth of a second after they failed, three times. */
export function queueOf(...messages: string[]) {
  return queueWith({ visibilityTimeoutSeconds: 60, maxReceiveCount: 3 }, messages);
}

/** A queue, and where its dead letters go, that are there until the test is over. */
export async function queueWith(
  { visibilityTimeoutSeconds, maxReceiveCount }: QueueSettings,
  messages: readonly string[],
) {
  const server = await startFauxqs({ port: 0, logger: false, defaultRegion: "eu-west-1" });
  const sqs = new SQSClient({
    endpoint: `http://127.0.0.1:${server.port}`,
    region: "eu-west-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
  onTestFinished(async () => {
    sqs.destroy();
    await server.stop();
  });
  server.createQueue("dead", { region: "eu-west-1" });
  const { queueUrl, queueArn } = server.createQueue("worker", {
    region: "eu-west-1",
    attributes: {
      VisibilityTimeout: String(visibilityTimeoutSeconds),
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: DEAD_LETTER_ARN, maxReceiveCount }),
    },
  });
  for (const message of messages) server.sendMessage("worker", message, { region: "eu-west-1" });
  return {
    sqs,
    queueUrl,
    queueArn,
    left: () => {
      const { ready = [], inflight = [] } = server.inspectQueue("worker")?.messages ?? {};
      return { hidden: inflight.map(({ message }) => message.body).sort(), visible: ready.map(({ body }) => body) };
    },
    dead: () => server.inspectQueue("dead")?.messages.ready.map(({ body }) => body),
  };
}

/** By default with all that is asked of the queue of `queueOf`, whose minute passes in a tenth of a second. */
export function startMapping({ sqs, queueUrl, queueArn }: MappedQueue, settings: Partial<MappingSettings>) {
  return startEventSourceMapping({
    sqs,
    queueUrl,
    queueArn,
    function: { invoke: async () => SUCCESS },
    batchSize: 10,
    maximumBatchingWindowSeconds: 0,
    maximumConcurrency: 2,
    visibilityTimeoutSeconds: 60,
    queueTimeScale: 600,
    reportBatchItemFailures: true,
    ...settings,
  });
}

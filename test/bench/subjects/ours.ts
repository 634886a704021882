import type { SQSEvent } from "aws-lambda";
import { CONSUMER, compose, QUEUE, RESULTS, STORE, TELEMETRY } from "../../../runtime/container.ts";
import type { FailureQueue } from "../../../runtime/queue.ts";
import type { Registry } from "../../../runtime/registry.ts";
import type { Result } from "../../../runtime/result.ts";
import { lambdaContext } from "../../support/contexts.ts";
import { s3Event } from "../../support/s3-events.ts";
import { sqsEvent } from "../../support/sqs-records.ts";
import { BenchStore } from "./bench-store.ts";
import type { NodeSubject, Outputs, Upload, Work } from "./work.ts";

/** What a message has left in Lambda, in milliseconds: as much as there can be. */
const REMAINING_MS = 900_000;

const KEPT = "kept/";

/** The product: messages of a queue, through the composed runtime, to a store. Its settings are those of the environment. */
export async function ours(registry: Registry): Promise<NodeSubject> {
  let store: BenchStore | undefined;
  const asked = () => {
    if (!store) throw new Error("Expected prepared work, received none.");
    return store;
  };
  const results: Result[] = [];
  const parts = compose({ registry, sourceDigest: "bench" });
  parts.register(STORE, {
    useValue: {
      head: (bucket, key) => asked().head(bucket, key),
      open: (bucket, key) => asked().open(bucket, key),
      put: (bucket, key, object) => asked().put(bucket, key, object),
      remove: () => asked().remove(),
    },
  });
  parts.register(QUEUE, { useValue: NO_FAILURES });
  parts.register(RESULTS, { useValue: { publish: async (result) => void results.push(result) } });
  const consumer = parts.resolve(CONSUMER);
  const telemetry = parts.resolve(TELEMETRY);

  const prepare = async (work: Work, uploads: readonly Upload[]) => {
    store = await BenchStore.of(uploads, work, uploads[0] ? `${uploads[0].key}/` : KEPT);
  };
  const run = async (_work: Work, uploads: readonly Upload[]): Promise<Outputs> => {
    results.length = 0;
    await consumer.consume(eventOf(uploads), lambdaContext(REMAINING_MS));
    telemetry.flush();
    const undone = results.find(({ status }) => status !== "done");
    if (undone) throw new Error(`Expected every upload done, received ${JSON.stringify(undone)}.`);
    if (results.length !== uploads.length)
      throw new Error(`Expected ${uploads.length} results, received ${results.length}.`);
    return asked().kept;
  };
  return { prepare, run };
}

const NO_FAILURES: FailureQueue = {
  async deadLetter(_record, code, message) {
    throw new Error(`Expected no dead letter, received ${code}: ${message}`);
  },
  async acknowledge() {},
  async delay() {
    throw new Error("Expected no message to be given back, received one.");
  },
};

function eventOf(uploads: readonly Upload[]): SQSEvent {
  return sqsEvent(...uploads.map(({ key, size }) => s3Event({ key, size })));
}

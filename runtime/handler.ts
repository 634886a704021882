import type { Context, SQSEvent } from "aws-lambda";
import { CONSUMER, compose, TELEMETRY } from "./container.ts";
import type { Transform } from "./contract.ts";
import { isQueueBatch } from "./event.ts";
import { Registry } from "./registry.ts";

/** What a bundle's generated entry brings. */
export interface BundledTransform {
  readonly name: string;
  readonly transform: Transform;
  /** Digest of the transform's own source text. */
  readonly sourceDigest: string;
}

/**
 * The dispatcher Lambda's handler: a queue's batch in, partial batch response out; an S3 event in, its results out.
 */
export function createHandler({ name, transform, sourceDigest }: BundledTransform) {
  const parts = compose({ registry: new Registry().register(name, transform), sourceDigest });
  const consumer = parts.resolve(CONSUMER);
  const telemetry = parts.resolve(TELEMETRY);
  return async (event: unknown, context: Context): Promise<unknown> => {
    try {
      return await (isQueueBatch(event)
        ? consumer.consume(event as SQSEvent, context)
        : consumer.invoke(event, context));
    } finally {
      telemetry.flush();
    }
  };
}

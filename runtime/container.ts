// tsyringe refuses to load without a Reflect polyfill, even when, as here, no decorator is used.
import "reflect-metadata/lite";
import { availableParallelism } from "node:os";
import { Logger } from "@aws-lambda-powertools/logger";
import { Metrics } from "@aws-lambda-powertools/metrics";
import { S3Client } from "@aws-sdk/client-s3";
import { SNSClient } from "@aws-sdk/client-sns";
import { container, type DependencyContainer, type InjectionToken, instanceCachingFactory } from "tsyringe";
import { BatchConsumer } from "./batch.ts";
import { Dispatcher } from "./dispatcher.ts";
import { isMediaType } from "./media-type.ts";
import { readOptions } from "./options.ts";
import { OutputWriter, workDigest } from "./output-writer.ts";
import { type FailureQueue, SqsFailureQueue } from "./queue.ts";
import type { Registry } from "./registry.ts";
import { type ResultTopic, SnsResultTopic } from "./result-topic.ts";
import { readWorkerSettings, type WorkerSettings } from "./settings.ts";
import { allowLoaders, SHARP_VERSION } from "./source.ts";
import { type ObjectStore, S3ObjectStore } from "./store.ts";
import { PowertoolsTelemetry, type Telemetry } from "./telemetry.ts";
import { resourcesOf, WorkRoom } from "./work-room.ts";

/** What a bundle brings: its one transform, and the digest of that transform's own source text. */
export interface Bundle {
  readonly registry: Registry;
  readonly sourceDigest: string;
}

export const SETTINGS: InjectionToken<WorkerSettings> = Symbol("WorkerSettings");
export const STORE: InjectionToken<ObjectStore> = Symbol("ObjectStore");
export const QUEUE: InjectionToken<FailureQueue> = Symbol("FailureQueue");
export const RESULTS: InjectionToken<ResultTopic> = Symbol("ResultTopic");
export const TELEMETRY: InjectionToken<Telemetry> = Symbol("Telemetry");
export const DISPATCHER: InjectionToken<Dispatcher> = Symbol("Dispatcher");
export const CONSUMER: InjectionToken<BatchConsumer> = Symbol("BatchConsumer");

/** Wires the runtime of one worker. Nothing outside this file knows the container; tests replace parts by registering others. */
export function compose(
  { registry, sourceDigest }: Bundle,
  environment: NodeJS.ProcessEnv = process.env,
): DependencyContainer {
  const parts = container.createChildContainer();
  const provide = <Part>(token: InjectionToken<Part>, make: (parts: DependencyContainer) => Part) =>
    parts.register(token, { useFactory: instanceCachingFactory(make) });

  provide(SETTINGS, () => readWorkerSettings(environment));
  provide(STORE, () => new S3ObjectStore(new S3Client({})));
  provide(QUEUE, () => new SqsFailureQueue(parts.resolve(SETTINGS)));
  provide(RESULTS, () => new SnsResultTopic(new SNSClient({}), parts.resolve(SETTINGS).resultsTopicArn));
  provide(TELEMETRY, () => new PowertoolsTelemetry(new Logger(), new Metrics()));
  provide(DISPATCHER, () => {
    const settings = parts.resolve(SETTINGS);
    const transform = registry.get(settings.transform);
    const options = readOptions(transform.options, settings.options, settings.worker);
    const digest = workDigest({ transformSource: sourceDigest, options, sharp: SHARP_VERSION, settings });
    const store = parts.resolve(STORE);
    const variants = transform.variants(options);
    const outputs = new OutputWriter({ variants, settings, store, digest });
    // Outputs are read too, to be checked.
    allowLoaders([...transform.accepts, ...variants.map(({ format }) => format).filter(isMediaType)]);
    // Lambda says so; wherever else this runs, nobody limits memory.
    const memoryMb = Number(environment.AWS_LAMBDA_FUNCTION_MEMORY_SIZE ?? Infinity);
    const room = new WorkRoom(resourcesOf(memoryMb, availableParallelism()));
    return new Dispatcher({ transform, options, settings, store, outputs, room });
  });
  provide(CONSUMER, () => {
    const [dispatcher, queue, results] = [parts.resolve(DISPATCHER), parts.resolve(QUEUE), parts.resolve(RESULTS)];
    return new BatchConsumer({
      dispatcher,
      queue,
      results,
      settings: parts.resolve(SETTINGS),
      telemetry: parts.resolve(TELEMETRY),
      random: Math.random,
    });
  });
  return parts;
}

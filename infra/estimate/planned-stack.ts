import type { Transform } from "../../runtime/contract.ts";
import type { WorkerScaling } from "./pollers.ts";

/** What a stack's plan says of one worker that decides how fast it is, and what it costs. */
export interface PlannedWorker {
  readonly name: string;
  /** The name of its transform. */
  readonly use: string;
  readonly transform: Transform;
  /** Read with the transform's schema. */
  readonly options: unknown;
  /** Whether it is for some uploads alone, by their keys. */
  readonly isSelective: boolean;
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  readonly architecture: string;
  readonly batchSize: number;
  readonly scaling: WorkerScaling;
  /** Of its queue, as is the rest. */
  readonly visibilityTimeoutSeconds: number;
  readonly maxReceiveCount: number;
  readonly retentionSeconds: number;
}

/** What a plan says of a stack. */
export interface PlannedStack {
  readonly name: string;
  readonly region: string;
  readonly ingest: "sns" | "eventbridge";
  /** Subscriptions that choose by what a message says. */
  readonly filters: number;
  /** Whether uploads and outputs are in one bucket, which then tells EventBridge of both. */
  readonly isOneBucket: boolean;
  readonly workers: readonly PlannedWorker[];
}

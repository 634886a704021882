import type { Transform } from "../../runtime/contract.ts";
import type { InputLimits } from "../../runtime/settings.ts";
import type { Architecture } from "../layer/lock.ts";
import type { BucketPlaces } from "./bucket-places.ts";
import type { Ingest, OnExpire } from "./stack-schema.ts";
import type { WorkerOptions } from "./worker-schema.ts";

/** What a stack's configuration says, complete and checked. */
export interface StackSettings {
  readonly ingest: Ingest;
  readonly sniffAll: boolean;
  readonly onExpire: OnExpire;
  readonly places: BucketPlaces;
  readonly protectBuckets: boolean;
  readonly failureMail: FailureMailSettings;
  readonly alarms: AlarmSettings;
  readonly encryption: "managed" | "kms";
  /** The key for `kms`; empty for one that the stack makes. */
  readonly kmsKeyArn: string;
  readonly architecture: Architecture;
  readonly limits: InputLimits;
  readonly logRetentionDays: number;
  readonly tags: Readonly<Record<string, string>>;
  /** Those that are enabled: one for each transform, and the stack's further ones. */
  readonly workers: readonly WorkerConfiguration[];
}

export interface FailureMailSettings {
  readonly by: "none" | "sns" | "ses";
  readonly to: readonly string[];
  /** The sender of SES's mails. */
  readonly from: string;
  readonly windowSeconds: number;
}

export interface AlarmSettings {
  readonly enabled: boolean;
  readonly mail: readonly string[];
}

export interface WorkerConfiguration extends Omit<WorkerOptions, "enabled"> {
  readonly name: string;
  readonly transform: Transform;
}

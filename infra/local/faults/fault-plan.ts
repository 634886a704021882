import { createHash } from "node:crypto";
import type { FaultKind } from "./fault-kinds.ts";

/** What happens to the stack from outside, while a function works on an upload. */
export interface Meanwhile {
  removeUpload(upload: UploadPlace): Promise<void>;
  overwriteUpload(upload: UploadPlace): Promise<void>;
  /** Ends the process of a running function. */
  killFunction(): void;
}

export interface UploadPlace {
  readonly bucket: string;
  readonly key: string;
}

export interface FaultPlanOptions {
  readonly kinds: ReadonlySet<FaultKind>;
  readonly seed: number;
  readonly isUploadsBucket: (name: string) => boolean;
  readonly meanwhile: Meanwhile;
  /** How often faults hit, as a factor of the usual. Default: 1 */
  readonly frequency?: number;
  /**
   * The share of requests like this one that a fault hits, if it is not the usual one. The name is `GET /bucket/key`; `asked`
   * is how often it came before.
   */
  readonly shareOf?: ((kind: FaultKind, request: string, asked: number) => number | undefined) | undefined;
}

/** Of all requests that a fault may hit. The SDK tries each request three times, so that some get through. */
const SHARES: Readonly<Record<FaultKind, number>> = {
  "s3-500": 0.04,
  "s3-503": 0.04,
  "s3-slow": 0.03,
  "s3-reset": 0.04,
  "s3-truncated": 0.03,
  "s3-removed": 0.01,
  "s3-overwritten": 0.01,
  "sqs-duplicates": 0.1,
  "sqs-reordering": 0.3,
  "sqs-500": 0.1,
  "sns-500": 0.1,
  "function-killed": 0.001,
  "function-throttled": 0.1,
  // The sources decide, not the requests.
  "function-out-of-memory": 0,
  "function-timed-out": 0,
};

/** Some requests fail again and again, so that their messages use up all receives. */
const STUBBORN = { among: 0.003, share: 0.97, kinds: ["s3-500", "sns-500"] as readonly FaultKind[] };

/**
 * Decides which requests go wrong. It takes no clock and no chance: the seed, what is asked for and how often it was asked
 * before decide, so that the same requests meet the same faults.
 */
export class FaultPlan {
  readonly isUploadsBucket: (name: string) => boolean;
  readonly meanwhile: Meanwhile;
  readonly #options: FaultPlanOptions;
  /** By fault and request. */
  readonly #asked = new Map<FaultKind, Map<string, number>>();
  readonly #injected = new Map<FaultKind, number>();

  constructor(options: FaultPlanOptions) {
    this.isUploadsBucket = options.isUploadsBucket;
    this.meanwhile = options.meanwhile;
    this.#options = options;
  }

  /** How often each fault was injected so far. */
  get injected(): Readonly<Partial<Record<FaultKind, number>>> {
    return Object.fromEntries(this.#injected);
  }

  /** The first of these faults that hits a request, if one does. */
  choose(kinds: readonly FaultKind[], request: string): FaultKind | undefined {
    return kinds.find((kind) => this.#hits(kind, request));
  }

  /** A number from 0 to 1 for a request, different for each `purpose`. */
  fraction(purpose: string, request: string): number {
    const digest = createHash("sha256")
      .update(JSON.stringify([this.#options.seed, purpose, request]))
      .digest();
    return digest.readUInt32BE() / 2 ** 32;
  }

  #hits(kind: FaultKind, request: string): boolean {
    if (!this.#options.kinds.has(kind)) return false;
    const counts = this.#asked.get(kind) ?? new Map<string, number>();
    const asked = counts.get(request) ?? 0;
    this.#asked.set(kind, counts.set(request, asked + 1));
    if (this.fraction(`${kind} ${asked}`, request) >= this.#shareOf(kind, request, asked)) return false;
    this.#injected.set(kind, (this.#injected.get(kind) ?? 0) + 1);
    return true;
  }

  #shareOf(kind: FaultKind, request: string, asked: number): number {
    const { frequency = 1, shareOf } = this.#options;
    const isStubborn = STUBBORN.kinds.includes(kind) && this.fraction("stubborn", request) < STUBBORN.among * frequency;
    return isStubborn ? STUBBORN.share : (shareOf?.(kind, request, asked) ?? SHARES[kind] * frequency);
  }
}

/** What a subject is asked to do once, as one line of JSON. */
export interface Work {
  readonly job: string;
  /** The uploads, which are worked on as one batch. */
  readonly files: readonly string[];
  /** How often all of it is done; the answer is the sum. */
  readonly times: number;
  /** Milliseconds before the store answers a read, and a write. */
  readonly readMs: number;
  readonly writeMs: number;
  /** Whether the files are in memory before the clock starts; they are read anew each time otherwise. */
  readonly held: boolean;
  /** Where the first upload's outputs are written, as files named like their variants, after the clock has stopped. */
  readonly keep?: string;
}

/** What a subject answers, as one line of JSON. */
export type Answer = Measured | { readonly error: string };

export interface Measured {
  readonly wallMs: number;
  /** Of all threads of the subject's process. */
  readonly cpuMs: number;
  /** The most memory that its process ever had, in MB. */
  readonly peakMb: number;
}

/** What a subject says once it can be asked. */
export interface Ready {
  readonly versions: Readonly<Record<string, string>>;
  /** Resident memory before any work, in MB. */
  readonly idleMb: number;
}

/** An upload as a subject gets it. */
export interface Upload {
  readonly key: string;
  readonly file: string;
  readonly bytes: () => Promise<Uint8Array>;
  readonly size: number;
}

/** Encoded outputs by the names of their variants. */
export type Outputs = ReadonlyMap<string, Uint8Array>;

/** Does a job in this process. Answers the outputs of the first upload. */
export interface NodeSubject {
  /** What is not measured. */
  prepare?(work: Work, uploads: readonly Upload[]): Promise<void>;
  run(work: Work, uploads: readonly Upload[]): Promise<Outputs>;
}

import type { InputName } from "./inputs/inputs.ts";

/** A job whose memory is measured, in a process of its own. */
export interface MemoryJob {
  readonly title: string;
  readonly transform: string;
  readonly input: InputName;
  /** Messages of one batch. Default: 1. */
  readonly batch?: number;
  /** Whether the process's memory before the job is taken off. */
  readonly aboveIdle?: boolean;
  /** MB of 1024 x 1024 bytes, or what the transform asks Lambda for. */
  readonly target: number | "the worker's memory";
}

export const MEMORY_JOBS = {
  "memory-pixelate-batch": {
    title: "peak memory: pixelate, batch of ten 24 MP JPEGs",
    transform: "pixelate",
    input: "24mp.jpg",
    batch: 10,
    target: 400,
  },
  "memory-thumbnail-jpeg": {
    title: "memory above idle: thumbnail of a 100 MP JPEG",
    transform: "thumbnail",
    input: "100mp.jpg",
    aboveIdle: true,
    target: 100,
  },
  "memory-thumbnail-png": {
    title: "memory above idle: thumbnail of a 100 MP PNG",
    transform: "thumbnail",
    input: "100mp.png",
    aboveIdle: true,
    target: 250,
  },
  "memory-pixelate-100mp": {
    title: "peak memory: pixelate of a 100 MP JPEG",
    transform: "pixelate",
    input: "100mp.jpg",
    target: "the worker's memory",
  },
} as const satisfies Record<string, MemoryJob>;

export type MemoryJobName = keyof typeof MEMORY_JOBS;

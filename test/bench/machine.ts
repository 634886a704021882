import { availableParallelism, cpus, totalmem } from "node:os";
import sharp from "sharp";
import type { Machine } from "./results.ts";

/** This machine, with the versions of what is measured; those of Pillow are of another process. */
export function thisMachine(pillow: Readonly<Record<string, string>> = {}): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    cores: availableParallelism(),
    memoryGb: Math.round(totalmem() / 1024 ** 3),
    platform: `${process.platform} ${process.arch}`,
    versions: {
      node: process.versions.node,
      sharp: sharp.versions.sharp ?? "unknown",
      libvips: sharp.versions.vips,
      mozjpeg: sharp.versions.mozjpeg ?? "unknown",
      ...pillow,
    },
  };
}

/** The machine in one line. */
export function machineLine({ cpu, cores, memoryGb, platform, versions }: Machine): string {
  const named = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return `${cpu}, ${cores} cores, ${memoryGb} GB, ${platform}; ${named.join(", ")}`;
}

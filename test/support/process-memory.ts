import { readFileSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

const KB_PER_MB = 1024;

/** Resident memory of a process in MB. Only Linux tells it here; elsewhere, and of a process that is gone, it is 0. */
export function residentMb(processId: number): number {
  return readMb(processId, "VmRSS");
}

/** The most that was ever resident of this process. Unlike `maxRSS`, it does not begin with what the parent had. */
export function peakMb(): number {
  return readMb(process.pid, "VmHWM");
}

/** Collects all of this process's garbage, now. */
export function collectGarbage(): void {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
}

function readMb(processId: number, field: string): number {
  try {
    const status = readFileSync(`/proc/${processId}/status`, "utf8");
    const [, kilobytes = "0"] = new RegExp(`^${field}:\\s+(\\d+) kB`, "m").exec(status) ?? [];
    return Math.round(Number(kilobytes) / KB_PER_MB);
  } catch {
    return 0;
  }
}

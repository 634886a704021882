import { relative } from "node:path";
import type { Result, ResultOutput } from "../../runtime/result.ts";
import type { KeyResult } from "./results.ts";

/** What became of one upload in one worker. */
export interface Report {
  readonly worker: string;
  readonly status: Result["status"];
  readonly outputs: readonly ResultOutput[];
  readonly durationMs?: number;
  /** Of a skip or a failure. */
  readonly code?: string;
  readonly message?: string;
  readonly notes?: readonly string[];
}

export function toReport(keyResult: KeyResult): Report {
  const { worker } = keyResult;
  if (keyResult.status === "deadLettered") {
    return { worker, status: "failed", outputs: [], code: keyResult.code, message: keyResult.message };
  }
  const { result } = keyResult;
  const { status, durationMs } = result;
  return {
    worker,
    status,
    durationMs,
    outputs: result.status === "done" ? result.outputs : [],
    ...(result.status === "done" && { notes: result.notes }),
    ...("code" in result && { code: result.code, message: result.message }),
  };
}

/** `done     pixelate   photo.jpg   5 outputs  812 kB  240 ms` */
export function reportLine(name: string, report: Report): string {
  const { status, worker, outputs, durationMs, code, message, notes = [] } = report;
  const bytes = outputs.reduce((sum, output) => sum + output.bytes, 0);
  const made = `${outputs.length} ${outputs.length === 1 ? "output" : "outputs"}  ${Math.ceil(bytes / 1000)} kB`;
  const detail = code ? `${code}: ${message}` : status === "done" ? made : "";
  const time = durationMs === undefined ? "" : `  ${durationMs} ms`;
  return [`${status.padEnd(8)} ${worker.padEnd(12)} ${name.padEnd(24)} ${detail}${time}`, ...notes].join("  ");
}

/** `mail     .image-machine/mail/2026-11-30T12-34-56-789Z-1-2-failures-in-image-machine-dev.eml` */
export function mailLine(file: string): string {
  return `mail     ${relative(process.cwd(), file)}`;
}

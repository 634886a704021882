import { vi } from "vitest";
import { type WorkerSettings, writeWorkerSettings } from "../../runtime/settings.ts";

/** The environment of a worker's function on AWS, until `vi.unstubAllEnvs()`; its log is silent. */
export function stubLambdaEnvironment(settings: WorkerSettings): void {
  vi.stubEnv("AWS_REGION", "eu-west-1");
  vi.stubEnv("WORKER_SETTINGS", writeWorkerSettings(settings));
  vi.stubEnv("POWERTOOLS_LOG_LEVEL", "SILENT");
  vi.stubEnv("POWERTOOLS_METRICS_DISABLED", "true");
}

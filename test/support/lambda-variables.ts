import { type WorkerSettings, writeWorkerSettings } from "../../runtime/settings.ts";

/** The environment of a worker's function on AWS, but that its log and metrics are silent. */
export function lambdaVariables(settings: WorkerSettings) {
  return {
    AWS_REGION: "eu-west-1",
    WORKER_SETTINGS: writeWorkerSettings(settings),
    POWERTOOLS_LOG_LEVEL: "SILENT",
    POWERTOOLS_METRICS_DISABLED: "true",
  };
}

import { DEFAULT_WORKER_SETTINGS, type WorkerSettings } from "../../runtime/settings.ts";

/** Settings that are sets of others, of which a test says only what matters to it. */
type Nested = "limits" | "selection" | "outputObjects";

type Given = Partial<Omit<WorkerSettings, Nested>> & { readonly [Name in Nested]?: Partial<WorkerSettings[Name]> };

/** The settings of a worker named `preview`, but for what a test says otherwise. */
export function workerSettings({ limits, selection, outputObjects, ...given }: Given = {}): WorkerSettings {
  const defaults = DEFAULT_WORKER_SETTINGS;
  return {
    ...defaults,
    worker: "preview",
    transform: "preview",
    options: {},
    uploadsBucket: "uploads",
    outputsBucket: "outputs",
    maxReceiveCount: 5,
    spareReceives: 3,
    queueUrl: "https://sqs.eu-west-1.amazonaws.com/123456789012/preview",
    deadLetterQueueUrl: "https://sqs.eu-west-1.amazonaws.com/123456789012/preview-dead-letters",
    resultsTopicArn: "arn:aws:sns:eu-west-1:123456789012:results",
    ...given,
    limits: { ...defaults.limits, ...limits },
    selection: { ...defaults.selection, ...selection },
    outputObjects: { ...defaults.outputObjects, cacheControl: "public, max-age=60", ...outputObjects },
  };
}

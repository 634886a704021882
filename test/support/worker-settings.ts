import { DEFAULT_OUTPUT_KEY } from "../../runtime/output-key.ts";
import { DEFAULT_INPUT_LIMITS, type InputLimits, type WorkerSettings } from "../../runtime/settings.ts";

type Given = Partial<Omit<WorkerSettings, "limits">> & { readonly limits?: Partial<InputLimits> };

/** The settings of a worker named `preview`, but for what a test says otherwise. */
export function workerSettings({ limits, ...given }: Given = {}): WorkerSettings {
  return {
    worker: "preview",
    transform: "preview",
    options: {},
    uploadsBucket: "uploads",
    outputsBucket: "outputs",
    outputKey: DEFAULT_OUTPUT_KEY,
    cacheControl: "public, max-age=60",
    maxReceiveCount: 5,
    queueUrl: "https://sqs.eu-west-1.amazonaws.com/123456789012/preview",
    deadLetterQueueUrl: "https://sqs.eu-west-1.amazonaws.com/123456789012/preview-dead-letters",
    resultsTopicArn: "arn:aws:sns:eu-west-1:123456789012:results",
    ...given,
    limits: { ...DEFAULT_INPUT_LIMITS, ...limits },
  };
}

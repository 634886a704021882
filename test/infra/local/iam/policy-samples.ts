import type { WorkerScope } from "../../../../infra/policies.ts";

export const ACCOUNT = "000000000000";
export const OTHER_ACCOUNT = "111111111111";

export function arn(service: string, resource: string, account = ACCOUNT): string {
  return `arn:aws:${service}:us-east-1:${account}:${resource}`;
}

/** What a worker of this name may touch. */
export function scopeOf(worker: string): WorkerScope {
  return {
    uploadsBucketArn: "arn:aws:s3:::uploads",
    allUploadsPrefix: "",
    uploadsPrefix: "",
    outputsBucketArn: "arn:aws:s3:::outputs",
    outputsPrefix: `${worker}/`,
    tagsOutputs: false,
    queueArn: arn("sqs", `${worker}-uploads`),
    deadLetterQueueArn: arn("sqs", `${worker}-dead-letters`),
    resultsTopicArn: arn("sns", "results"),
    logGroupArn: arn("logs", `log-group:/aws/lambda/${worker}`),
  };
}

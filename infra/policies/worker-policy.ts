import { allow, policy, type Statement, useKey } from "./statements.ts";

/** What one worker's function may touch, and nothing else. Prefixes are empty or literal beginnings of keys. */
export interface WorkerScope {
  readonly uploadsBucketArn: string;
  /** What the keys of all uploads of the stack start with, whichever worker they are for. */
  readonly allUploadsPrefix: string;
  /** What the keys of this worker's uploads start with. */
  readonly uploadsPrefix: string;
  readonly outputsBucketArn: string;
  /** What the keys of all its outputs start with. */
  readonly outputsPrefix: string;
  /** Whether outputs get tags. */
  readonly tagsOutputs: boolean;
  readonly queueArn: string;
  readonly deadLetterQueueArn: string;
  readonly resultsTopicArn: string;
  readonly logGroupArn: string;
  /** The KMS key of buckets, queues and topics, if they have one. */
  readonly keyArn?: string | undefined;
}

/**
 * All that a worker's function needs, and no more. Throws a `TypeError` for prefixes that IAM would not take literally.
 */
export function workerPolicy(scope: WorkerScope): string {
  return policy(
    allow("ReadUploads", "s3:GetObject", objects(scope.uploadsBucketArn, scope.uploadsPrefix)),
    allow("ReconcileOutputs", outputActions(scope), objects(scope.outputsBucketArn, scope.outputsPrefix)),
    ...listings(scope),
    // Whatever else allows it, today or later: a function that writes uploads is told of them, and never ends.
    {
      Sid: "NeverWriteUploads",
      Effect: "Deny",
      Action: ["s3:Put*", "s3:Delete*"],
      Resource: objects(scope.uploadsBucketArn, scope.allUploadsPrefix),
    },
    allow(
      "ConsumeQueue",
      ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ChangeMessageVisibility"],
      scope.queueArn,
    ),
    allow("SendDeadLetters", "sqs:SendMessage", scope.deadLetterQueueArn),
    allow("PublishResults", "sns:Publish", scope.resultsTopicArn),
    allow("WriteLogs", ["logs:CreateLogStream", "logs:PutLogEvents"], `${scope.logGroupArn}:*`),
    // To read uploads and the queue, and to write outputs, dead letters and results.
    ...(scope.keyArn ? [useKey(scope.keyArn, ["s3", "sns", "sqs"])] : []),
  );
}

/** Tags in the request that writes an object take a permission of their own. */
function outputActions({ tagsOutputs }: WorkerScope): string[] {
  return ["s3:GetObject", "s3:PutObject", ...(tagsOutputs ? ["s3:PutObjectTagging"] : []), "s3:DeleteObject"];
}

/**
 * Without them S3 answers 403 for an object that is gone, to tell nobody which keys exist. Of all keys, not only of the worker's:
 * AWS does not document what prefix a missing object counts as (https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html).
 */
function listings({ uploadsBucketArn, outputsBucketArn }: WorkerScope): Statement[] {
  if (uploadsBucketArn === outputsBucketArn) {
    return [allow("SeeThatObjectsAreGone", "s3:ListBucket", uploadsBucketArn)];
  }
  return [
    allow("SeeThatUploadsAreGone", "s3:ListBucket", uploadsBucketArn),
    allow("SeeThatOutputsAreGone", "s3:ListBucket", outputsBucketArn),
  ];
}

/** The ARN of all objects whose keys start so. */
function objects(bucketArn: string, prefix: string): string {
  if (/[*?$]/.test(prefix)) {
    throw new TypeError(
      `Expected a prefix without *, ? and $, which IAM takes for other keys too, received ${prefix}.`,
    );
  }
  return `${bucketArn}/${prefix}*`;
}

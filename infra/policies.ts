/**
 * Every permission of the project. Pure functions from ARNs to policy documents, as JSON whose order never changes.
 */

interface Statement {
  readonly Sid: string;
  readonly Effect: "Allow" | "Deny";
  readonly Principal?: "*" | { readonly Service: string };
  readonly Action: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** What one worker's function may touch, and nothing else. */
export interface WorkerScope {
  readonly uploadsBucketArn: string;
  readonly outputsBucketArn: string;
  /** What the keys of all its outputs start with. */
  readonly outputsPrefix: string;
  readonly queueArn: string;
  readonly deadLetterQueueArn: string;
  readonly resultsTopicArn: string;
  readonly logGroupArn: string;
}

/** A bucket that answers nobody without TLS. */
export function bucketPolicy(bucketArn: string): string {
  return policy(denyWithoutTls("s3:*", [bucketArn, `${bucketArn}/*`]));
}

/** A topic to which S3 publishes what happens in one bucket. */
export function uploadsTopicPolicy({ topicArn, bucketArn }: { topicArn: string; bucketArn: string }): string {
  return policy(
    {
      Sid: "PublishFromUploads",
      Effect: "Allow",
      Principal: { Service: "s3.amazonaws.com" },
      Action: "sns:Publish",
      Resource: topicArn,
      // A bucket's ARN names no account, and its name may belong to another one tomorrow
      // (https://docs.aws.amazon.com/AmazonS3/latest/userguide/grant-destinations-permissions-to-s3.html).
      Condition: {
        ArnEquals: { "aws:SourceArn": bucketArn },
        StringEquals: { "aws:SourceAccount": accountOf(topicArn) },
      },
    },
    denyWithoutTls("sns:Publish", topicArn),
  );
}

/** A topic to which only roles of its own account publish. */
export function resultsTopicPolicy(topicArn: string): string {
  return policy(denyWithoutTls("sns:Publish", topicArn));
}

/** A queue to which SNS delivers what is published to one topic. */
export function deliveryQueuePolicy({ queueArn, topicArn }: { queueArn: string; topicArn: string }): string {
  return policy(
    {
      Sid: "DeliverFromTopic",
      Effect: "Allow",
      Principal: { Service: "sns.amazonaws.com" },
      Action: "sqs:SendMessage",
      Resource: queueArn,
      // A topic's ARN names its account, and AWS documents no other condition for this call
      // (https://docs.aws.amazon.com/sns/latest/dg/subscribe-sqs-queue-to-sns-topic.html).
      Condition: { ArnEquals: { "aws:SourceArn": topicArn } },
    },
    denyWithoutTls("sqs:*", queueArn),
  );
}

/** A queue that only roles of its own account, and SQS's own redrive, reach. */
export function deadLetterQueuePolicy(queueArn: string): string {
  return policy(denyWithoutTls("sqs:*", queueArn));
}

/**
 * Lambda may act in a worker's role. Without conditions: AWS documents none that it meets when it takes an execution role,
 * and only who may pass the role in this account can make a function use it.
 */
export const WORKER_ROLE_TRUST = policy({
  Sid: "RunFunction",
  Effect: "Allow",
  Principal: { Service: "lambda.amazonaws.com" },
  Action: "sts:AssumeRole",
});

/** All that a worker's function needs, and no more. */
export function workerPolicy(scope: WorkerScope): string {
  const { uploadsBucketArn, outputsBucketArn, outputsPrefix } = scope;
  return policy(
    allow("ReadUploads", "s3:GetObject", `${uploadsBucketArn}/*`),
    // Without it S3 answers 403 for an upload that is gone, to tell nobody which keys exist.
    allow("SeeThatUploadsAreGone", "s3:ListBucket", uploadsBucketArn),
    allow(
      "ReconcileOutputs",
      ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"],
      `${outputsBucketArn}/${outputsPrefix}*`,
    ),
    // Of all keys, not only of its own prefix: AWS does not document what prefix a missing object counts as.
    allow("SeeThatOutputsAreGone", "s3:ListBucket", outputsBucketArn),
    allow(
      "ConsumeQueue",
      ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ChangeMessageVisibility"],
      scope.queueArn,
    ),
    allow("SendDeadLetters", "sqs:SendMessage", scope.deadLetterQueueArn),
    allow("PublishResults", "sns:Publish", scope.resultsTopicArn),
    allow("WriteLogs", ["logs:CreateLogStream", "logs:PutLogEvents"], `${scope.logGroupArn}:*`),
  );
}

/** What the notifier's function may touch, and nothing else. */
export interface NotifierScope {
  readonly queueArn: string;
  readonly deadLetterQueueArn: string;
  readonly logGroupArn: string;
  /** The only address that it sends from. */
  readonly from: string;
  /** Addresses and domains that may be verified for its mail, in the queue's region and account. */
  readonly identities: readonly string[];
}

/** All that the notifier's function needs, and no more. */
export function notifierPolicy(scope: NotifierScope): string {
  const { queueArn, deadLetterQueueArn, logGroupArn, from } = scope;
  const [, partition, , region, account] = queueArn.split(":");
  const identities = [...new Set(scope.identities)].map(
    (identity) => `arn:${partition}:ses:${region}:${account}:identity/${identity}`,
  );
  return policy(
    allow("ConsumeQueue", ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"], queueArn),
    allow("SendDeadLetters", "sqs:SendMessage", deadLetterQueueArn),
    {
      Sid: "SendMail",
      Effect: "Allow",
      Action: "ses:SendEmail",
      // SES asks for the identity that mail is sent from and, of accounts in its sandbox, for those it is sent to. Which of
      // them are verified, by address or by domain, is not known here.
      Resource: identities,
      Condition: { StringEquals: { "ses:FromAddress": from } },
    },
    allow("WriteLogs", ["logs:CreateLogStream", "logs:PutLogEvents"], `${logGroupArn}:*`),
  );
}

/** A topic to which CloudWatch publishes what becomes of the alarms in its own account and region. */
export function alarmsTopicPolicy(topicArn: string): string {
  const [, partition, , region, account = ""] = topicArn.split(":");
  return policy(
    {
      Sid: "PublishAlarms",
      Effect: "Allow",
      Principal: { Service: "cloudwatch.amazonaws.com" },
      Action: "sns:Publish",
      Resource: topicArn,
      // https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
      Condition: {
        ArnLike: { "aws:SourceArn": `arn:${partition}:cloudwatch:${region}:${account}:alarm:*` },
        StringEquals: { "aws:SourceAccount": account },
      },
    },
    denyWithoutTls("sns:Publish", topicArn),
  );
}

/** The account that an ARN names. */
function accountOf(arn: string): string {
  return arn.split(":")[4] ?? "";
}

function policy(...statements: readonly Statement[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: statements });
}

function allow(sid: string, actions: string | readonly string[], resource: string): Statement {
  return { Sid: sid, Effect: "Allow", Action: actions, Resource: resource };
}

function denyWithoutTls(action: string, resource: string | readonly string[]): Statement {
  return {
    Sid: "DenyWithoutTls",
    Effect: "Deny",
    Principal: "*",
    Action: action,
    Resource: resource,
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  };
}

import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { NOTIFIER_SETTINGS, type NotifierSettings } from "../../runtime/notifier/settings.ts";
import type { FailureMailArgs } from "../failure-mail.ts";
import { FUNCTION_HANDLER } from "../function-code.ts";
import { functionNameOf } from "../function-name.ts";
import { notifierPolicy, WORKER_ROLE_TRUST } from "../policies.ts";
import { archivePath } from "../project-root.ts";
import { mailIdentities } from "./mail-identities.ts";
import { NotifierQueues } from "./notifier-queues.ts";

export interface NotifierArgs extends Omit<FailureMailArgs, "by"> {
  /** Which results it is told of, by their message attributes. */
  readonly filterPolicy: object;
}

const TIMEOUT_SECONDS = 60;
const MEMORY_MB = 256;
/** A mail counts them all and lists the first. As JSON they are far from the 6 MB that Lambda hands over at once. */
const BATCH_SIZE = 1_000;
/** Without a window, Lambda takes no larger one (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html). */
const BATCH_SIZE_WITHOUT_WINDOW = 10;
/** The least that Lambda offers: the fewer gather failures, the fewer mails there are. */
const MAXIMUM_CONCURRENCY = 2;

/**
 * Mails failures through SES, those of some time in one mail. It registers no identity: an address or domain that a company
 * sends from exists once in an account, is verified by its owner, and outlives any stack.
 */
export class Notifier extends pulumi.ComponentResource {
  readonly functionName: string;
  readonly queueName: pulumi.Output<string>;
  readonly deadLetterQueueName: pulumi.Output<string>;

  constructor(name: string, args: NotifierArgs, options?: pulumi.ComponentResourceOptions) {
    super("image-machine:infra:Notifier", name, {}, options);
    const child = { parent: this };
    const { results, stack, code, from, to, windowSeconds, filterPolicy, encryption = {} } = args;
    if (!code) throw new pulumi.RunError("Expected the notifier's code for mail by SES, received none.");
    const functionName = functionNameOf(name);

    const { queue, deadLetters } = new NotifierQueues(
      name,
      { topicArn: results.topicArn, filterPolicy, timeoutSeconds: TIMEOUT_SECONDS, windowSeconds, encryption },
      child,
    );
    const logGroup = new aws.cloudwatch.LogGroup(
      name,
      { name: `/aws/lambda/${functionName}`, retentionInDays: stack.logRetentionDays },
      child,
    );
    const role = new aws.iam.Role(name, { assumeRolePolicy: WORKER_ROLE_TRUST }, child);
    const rolePolicy = new aws.iam.RolePolicy(
      name,
      {
        role: role.name,
        policy: pulumi
          .output({
            queueArn: queue.arn,
            deadLetterQueueArn: deadLetters.arn,
            logGroupArn: logGroup.arn,
            keyArn: encryption.keyArn,
          })
          .apply((arns) => notifierPolicy({ ...arns, from, identities: [from, ...to].flatMap(mailIdentities) })),
      },
      child,
    );
    const lambda = new aws.lambda.Function(
      name,
      {
        name: functionName,
        description: "Mails failures.",
        runtime: aws.lambda.Runtime.NodeJS24dX,
        architectures: [stack.architecture],
        handler: FUNCTION_HANDLER,
        code: new pulumi.asset.FileArchive(archivePath(code.path)),
        role: role.arn,
        memorySize: MEMORY_MB,
        timeout: TIMEOUT_SECONDS,
        environment: {
          variables: {
            [NOTIFIER_SETTINGS]: deadLetters.url.apply((deadLetterQueueUrl) => {
              const stackName = `${pulumi.getProject()}-${pulumi.getStack()}`;
              const settings: NotifierSettings = { stack: stackName, from, to, deadLetterQueueUrl };
              return JSON.stringify(settings);
            }),
            POWERTOOLS_SERVICE_NAME: name,
          },
        },
        loggingConfig: { logFormat: "Text", logGroup: logGroup.name },
      },
      child,
    );
    new aws.lambda.EventSourceMapping(
      name,
      {
        eventSourceArn: queue.arn,
        functionName: lambda.arn,
        batchSize: windowSeconds === 0 ? BATCH_SIZE_WITHOUT_WINDOW : BATCH_SIZE,
        maximumBatchingWindowInSeconds: windowSeconds,
        functionResponseTypes: ["ReportBatchItemFailures"],
        scalingConfig: { maximumConcurrency: MAXIMUM_CONCURRENCY },
      },
      // Lambda asks for the role's permissions on the queue when the mapping is made.
      { ...child, dependsOn: [rolePolicy] },
    );

    this.functionName = functionName;
    this.queueName = queue.name;
    this.deadLetterQueueName = deadLetters.name;
    this.registerOutputs({ functionName, queueName: queue.name, deadLetterQueueName: deadLetters.name });
  }
}

import * as pulumi from "@pulumi/pulumi";
import { NOTIFIER_SETTINGS, type NotifierSettings } from "../../runtime/notifier/settings.ts";
import type { FailureMailArgs } from "../failure-mail.ts";
import { functionNameOf } from "../function-name.ts";
import { notifierPolicy } from "../policies.ts";
import { queueFunction } from "../queue-function.ts";
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
    const policy = (logGroupArn: pulumi.Output<string>) =>
      pulumi
        .output({ queueArn: queue.arn, deadLetterQueueArn: deadLetters.arn, logGroupArn, keyArn: encryption.keyArn })
        .apply((arns) => notifierPolicy({ ...arns, from, identities: [from, ...to].flatMap(mailIdentities) }));
    const settings = deadLetters.url.apply((deadLetterQueueUrl) => {
      const stackName = `${pulumi.getProject()}-${pulumi.getStack()}`;
      const told: NotifierSettings = { stack: stackName, from, to, deadLetterQueueUrl };
      return JSON.stringify(told);
    });
    queueFunction(
      name,
      {
        functionName,
        description: "Mails failures.",
        code,
        stack,
        memoryMb: MEMORY_MB,
        timeoutSeconds: TIMEOUT_SECONDS,
        variables: { [NOTIFIER_SETTINGS]: settings },
        policy,
        queue,
        mapping: {
          batchSize: windowSeconds === 0 ? BATCH_SIZE_WITHOUT_WINDOW : BATCH_SIZE,
          maximumBatchingWindowInSeconds: windowSeconds,
          scalingConfig: { maximumConcurrency: MAXIMUM_CONCURRENCY },
        },
      },
      child,
    );

    this.functionName = functionName;
    this.queueName = queue.name;
    this.deadLetterQueueName = deadLetters.name;
    this.registerOutputs({ functionName, queueName: queue.name, deadLetterQueueName: deadLetters.name });
  }
}

import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type EncryptionSettings, topicEncryption } from "./encryption.ts";
import { resultsTopicPolicy } from "./policies.ts";

export interface ResultsArgs {
  /** Default: as AWS encrypts without a key of the stack. */
  readonly encryption?: EncryptionSettings;
}

/** Where every worker tells what became of each upload. */
export class Results extends pulumi.ComponentResource {
  readonly topicArn: pulumi.Output<string>;
  /** As metrics name the topic. */
  readonly topicName: pulumi.Output<string>;

  constructor(name: string, { encryption = {} }: ResultsArgs = {}, options?: pulumi.ComponentResourceOptions) {
    super("image-machine:infra:Results", name, {}, options);
    const child = { parent: this };

    const topic = new aws.sns.Topic(name, topicEncryption(encryption), child);
    new aws.sns.TopicPolicy(name, { arn: topic.arn, policy: topic.arn.apply(resultsTopicPolicy) }, child);

    this.topicArn = topic.arn;
    this.topicName = topic.name;
    this.registerOutputs({ topicArn: this.topicArn, topicName: this.topicName });
  }
}

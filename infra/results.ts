import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { resultsTopicPolicy } from "./policies.ts";

/** Where every worker tells what became of each upload. */
export class Results extends pulumi.ComponentResource {
  readonly topicArn: pulumi.Output<string>;
  /** As metrics name the topic. */
  readonly topicName: pulumi.Output<string>;

  constructor(name: string, options?: pulumi.ComponentResourceOptions) {
    super("image-machine:infra:Results", name, {}, options);
    const child = { parent: this };

    const topic = new aws.sns.Topic(name, {}, child);
    new aws.sns.TopicPolicy(name, { arn: topic.arn, policy: topic.arn.apply(resultsTopicPolicy) }, child);

    this.topicArn = topic.arn;
    this.topicName = topic.name;
    this.registerOutputs({ topicArn: this.topicArn, topicName: this.topicName });
  }
}

import type { AccessRequest } from "../../../../infra/local/iam/evaluate.ts";
import type { Principal } from "../../../../infra/local/iam/principal.ts";
import {
  alarmTopicPolicy,
  bucketPolicy,
  deadLetterQueuePolicy,
  deliveryQueuePolicy,
  KEY_USES,
  keyPolicy,
  resultsTopicPolicy,
  ruleQueuePolicy,
  uploadsTopicPolicy,
} from "../../../../infra/policies.ts";
import { ACCOUNT, arn, scopeOf } from "./policy-samples.ts";

/** A request, the policies of this project that decide on it, and what they should say. */
export interface DecidedRequest {
  readonly principal: Principal;
  readonly request: AccessRequest;
  readonly identityPolicy?: string;
  readonly resourcePolicy?: string;
  readonly allowed: boolean;
}

export const WORKER = "thumbnail";
export const SCOPE = scopeOf(WORKER);
export const UPLOADS_TOPIC = arn("sns", "uploads");
export const ALARMS_TOPIC = arn("sns", "alarms");
export const RULE = arn("events", "rule/thumbnail");
export const RULE_QUEUE = arn("sqs", "of-rule");
export const KEY = arn("kms", "key/1234abcd-12ab-34cd-56ef-1234567890ab");
export const ROLE: Principal = { kind: "role", roleArn: `arn:aws:iam::${ACCOUNT}:role/${WORKER}`, sessionName: WORKER };

const RESOURCE_POLICIES: Readonly<Record<string, string>> = {
  [SCOPE.uploadsBucketArn]: bucketPolicy(SCOPE.uploadsBucketArn),
  [SCOPE.outputsBucketArn]: bucketPolicy(SCOPE.outputsBucketArn),
  [UPLOADS_TOPIC]: uploadsTopicPolicy({ topicArn: UPLOADS_TOPIC, bucketArn: SCOPE.uploadsBucketArn }),
  [SCOPE.resultsTopicArn]: resultsTopicPolicy(SCOPE.resultsTopicArn),
  [SCOPE.queueArn]: deliveryQueuePolicy({ queueArn: SCOPE.queueArn, topicArn: UPLOADS_TOPIC }),
  [ALARMS_TOPIC]: alarmTopicPolicy({ topicArn: ALARMS_TOPIC, alarmPrefix: "" }),
  [RULE_QUEUE]: ruleQueuePolicy({ queueArn: RULE_QUEUE, ruleArn: RULE }),
  [KEY]: keyPolicy(KEY, KEY_USES),
  [SCOPE.deadLetterQueueArn]: deadLetterQueuePolicy(SCOPE.deadLetterQueueArn),
};

/** The policy of the resource that a request is for. */
export function policyOn(resource: string) {
  const holder = resource.startsWith("arn:aws:s3") ? (resource.split("/")[0] ?? "") : resource;
  const resourcePolicy = RESOURCE_POLICIES[holder];
  return resourcePolicy === undefined ? {} : { resourcePolicy };
}

import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { ProjectCopy } from "../../support/project-copy.ts";

/** Where uploads and outputs are, as a stack's configuration says. */
export interface Places {
  readonly uploads: string;
  readonly outputs: string;
  readonly uploadsPrefix: string;
  readonly outputsPrefix: string;
}

/** A stack that makes no bucket: EventBridge tells its one worker, which copies, of uploads whose keys end with .jpg in any case. */
const PROGRAM = `
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

const places = new pulumi.Config().requireObject("buckets");
const account = aws.getCallerIdentityOutput().accountId;
const region = aws.getRegionOutput().region;
const ruleArn = pulumi.interpolate\`arn:aws:events:\${region}:\${account}:rule/copy\`;
const policy = (...Statement) => JSON.stringify({ Version: "2012-10-17", Statement });

const results = new aws.sns.Topic("results");
const deadLetters = new aws.sqs.Queue("dead-letters");
const queue = new aws.sqs.Queue("copy");
const admission = new aws.sqs.QueuePolicy("copy", {
  queueUrl: queue.url,
  policy: pulumi.all([queue.arn, ruleArn]).apply(([Resource, source]) =>
    policy({
      Effect: "Allow",
      Principal: { Service: "events.amazonaws.com" },
      Action: "sqs:SendMessage",
      Resource,
      Condition: { ArnEquals: { "aws:SourceArn": source } },
    }),
  ),
});
const rule = new aws.cloudwatch.EventRule("copy", {
  name: "copy",
  eventPattern: JSON.stringify({
    source: ["aws.s3"],
    "detail-type": ["Object Created", "Object Deleted"],
    detail: { bucket: { name: [places.uploads] }, object: { key: [{ wildcard: places.uploadsPrefix + "*.jpg" }] } },
  }),
});
new aws.cloudwatch.EventTarget("copy", { rule: rule.name, arn: queue.arn }, { dependsOn: [admission] });

const role = new aws.iam.Role("copy", {
  assumeRolePolicy: policy({ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }),
});
const rolePolicy = new aws.iam.RolePolicy("copy", {
  role: role.name,
  policy: pulumi.all([queue.arn, results.arn]).apply(([queueArn, topicArn]) =>
    policy(
      { Effect: "Allow", Action: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"], Resource: queueArn },
      { Effect: "Allow", Action: "s3:PutObject", Resource: \`arn:aws:s3:::\${places.outputs}/\${places.outputsPrefix}*\` },
      { Effect: "Allow", Action: "sns:Publish", Resource: topicArn },
    ),
  ),
});
const lambda = new aws.lambda.Function("copy", {
  name: "copy",
  handler: "index.handler",
  code: new pulumi.asset.FileArchive("../copier"),
  role: role.arn,
  environment: { variables: { PLACES: JSON.stringify(places), TOPIC: results.arn } },
});
new aws.lambda.EventSourceMapping(
  "copy",
  { eventSourceArn: queue.arn, functionName: lambda.arn, provisionedPollerConfig: { maximumPollers: 2 } },
  { dependsOn: [rolePolicy] },
);

export const uploadsBucket = places.uploads;
export const outputsBucket = places.outputs;
export const uploadsPrefix = places.uploadsPrefix;
export const outputsPrefix = places.outputsPrefix;
export const resultsTopicArn = results.arn;
export const workers = { copy: { functionName: "copy", queueUrl: queue.url, deadLetterQueueUrl: deadLetters.url } };
`;

/** Stores the size of each upload, and publishes what dispatchers publish. */
const FUNCTION = `
const places = JSON.parse(process.env.PLACES);
const { AWS_ENDPOINT_URL: endpoint, AWS_ACCESS_KEY_ID: id, TOPIC } = process.env;

async function call(service, method, path, body, type) {
  const authorization = \`AWS4-HMAC-SHA256 Credential=\${id}/20260101/us-east-1/\${service}/aws4_request, Signature=0\`;
  const response = await fetch(endpoint + path, { method, body, headers: { authorization, "content-type": type } });
  if (!response.ok) throw new Error(await response.text());
}

export async function handler({ Records }) {
  for (const { body } of Records) {
    const { detail } = JSON.parse(body);
    const below = detail.object.key.slice(places.uploadsPrefix.length);
    const key = \`\${places.outputsPrefix}copy/\${below}/size.jpg\`;
    await call("s3", "PUT", \`/\${places.outputs}/\${encodeURIComponent(key)}\`, String(detail.object.size), "text/plain");
    const Message = JSON.stringify({
      id: detail.object.sequencer,
      worker: "copy",
      status: "done",
      upload: { bucket: detail.bucket.name, key: detail.object.key },
      outputs: [{ variant: "size", key, mediaType: "text/plain", bytes: 1 }],
      notes: [],
      durationMs: 1,
    });
    const form = new URLSearchParams({ Action: "Publish", Version: "2010-03-31", TopicArn: TOPIC, Message });
    await call("sns", "POST", "/", form.toString(), "application/x-www-form-urlencoded");
  }
}
`;

/** Makes a copy of the project one whose stack takes existing buckets. */
export async function useBridge({ folder, write }: ProjectCopy, places: Places): Promise<void> {
  await mkdir(join(folder, "copier"));
  await write("copier/index.mjs", FUNCTION);
  await write("infra/index.ts", PROGRAM);
  const buckets = JSON.stringify({ layout: "existing", ...places });
  await write("Pulumi.dev.yaml", `config:\n  aws:region: us-east-1\n  image-machine:buckets: ${buckets}\n`);
}

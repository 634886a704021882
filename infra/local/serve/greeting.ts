import { relative } from "node:path";
import type { DeployedStack } from "../deploy.ts";

/** What a person needs to use a machine that serves. */
export function greeting(stack: DeployedStack, stateFolder: string): string {
  const { endpoint, region } = stack.machine.emulator;
  const { accessKeyId, secretAccessKey } = stack.machine.clientSettings.credentials;
  return `
S3, SNS and SQS are at ${endpoint}, the workers ${stack.workers.map(({ name }) => name).join(", ")} are up.
  uploads  s3://${stack.uploadsBucket}
  outputs  s3://${stack.outputsBucket}

With the AWS CLI, or any other client of S3:
  export AWS_ACCESS_KEY_ID=${accessKeyId} AWS_SECRET_ACCESS_KEY=${secretAccessKey} AWS_REGION=${region}
  export AWS_DEFAULT_REGION=${region} AWS_ENDPOINT_URL=${endpoint}
  aws s3 cp photo.jpg s3://${stack.uploadsBucket}/
  aws s3 ls --recursive s3://${stack.outputsBucket}/

State is kept in ${relative(process.cwd(), stateFolder)}. A save in transforms/ redeploys its worker. Ctrl-C stops.
`;
}

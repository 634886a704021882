import { relative } from "node:path";
import type { DeployedStack } from "../deploy.ts";

/** What a person needs to use a machine that serves. */
export function greeting(stack: DeployedStack, stateFolder: string): string {
  const { endpoint, region } = stack.machine.emulator;
  const uploads = `s3://${stack.uploadsBucket}/${stack.uploadsPrefix}`;
  const outputs = `s3://${stack.outputsBucket}/${stack.outputsPrefix}`;
  const { accessKeyId, secretAccessKey } = stack.machine.clientSettings.credentials;
  return `
S3, SNS and SQS are at ${endpoint}, the workers ${stack.workers.map(({ name }) => name).join(", ")} are up.
  uploads  ${uploads.replace(/\/$/, "")}
  outputs  ${outputs.replace(/\/$/, "")}

With the AWS CLI, or any other client of S3:
  export AWS_ACCESS_KEY_ID=${accessKeyId} AWS_SECRET_ACCESS_KEY=${secretAccessKey} AWS_REGION=${region}
  export AWS_DEFAULT_REGION=${region} AWS_ENDPOINT_URL=${endpoint}
  aws s3 cp photo.jpg ${uploads}
  aws s3 ls --recursive ${outputs}

State is kept in ${relative(process.cwd(), stateFolder)}. A save in transforms/ redeploys its worker. Ctrl-C stops.
`;
}

import { S3Client } from "@aws-sdk/client-s3";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import type { LostMessage } from "../../../../infra/local/emulator.ts";
import { AccessControl, type AccessDecision } from "../../../../infra/local/iam/access-control.ts";
import { type EmulatedCloud, startEmulatedCloud } from "../emulator/emulated-cloud.ts";
import { ACCOUNT } from "./policy-samples.ts";

/** An emulator that decides on requests; its own clients are the owner's. */
export interface GuardedCloud extends EmulatedCloud {
  readonly access: AccessControl;
  readonly decisions: readonly AccessDecision[];
  readonly lost: readonly LostMessage[];
  /** Clients of a function, in a role with these statements as its policy. */
  asRole(...statements: readonly object[]): { s3: S3Client; sns: SNSClient; sqs: SQSClient };
}

export const ROLE_ARN = `arn:aws:iam::${ACCOUNT}:role/worker`;
export const SESSION_OF_ROLE = { roleArn: ROLE_ARN, sessionName: "thumbnail" };
const SESSION = `arn:aws:sts::${ACCOUNT}:assumed-role/worker/thumbnail`;

export async function startGuardedCloud(): Promise<GuardedCloud> {
  const decisions: AccessDecision[] = [];
  const lost: LostMessage[] = [];
  const access = new AccessControl({ accountId: ACCOUNT, onDecision: (decision) => decisions.push(decision) });
  const cloud = await startEmulatedCloud({ access, onLost: (message) => lost.push(message) });
  const { endpoint, region } = cloud.emulator;
  const clients: { destroy(): void }[] = [];

  const asRole = (...statements: readonly object[]) => {
    if (statements.length > 0) access.putRolePolicy("worker", "policy", JSON.stringify({ Statement: statements }));
    const credentials = access.takeRole(SESSION_OF_ROLE);
    const s3 = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
    const sns = new SNSClient({ endpoint, region, credentials });
    const sqs = new SQSClient({ endpoint, region, credentials });
    clients.push(s3, sns, sqs);
    return { s3, sns, sqs };
  };

  return {
    ...cloud,
    access,
    decisions,
    lost,
    asRole,
    [Symbol.asyncDispose]: async () => {
      for (const client of clients) client.destroy();
      await cloud[Symbol.asyncDispose]();
    },
  };
}

export function allow(action: string | readonly string[], resource: string | readonly string[], condition?: object) {
  return { Effect: "Allow", Action: action, Resource: resource, ...(condition && { Condition: condition }) };
}

/** An answer's status, code and sentence. */
export async function failureOf(answer: Promise<unknown>) {
  const error = await answer.then(
    () => undefined,
    (thrown) => thrown,
  );
  return error && { status: error.$metadata.httpStatusCode, name: error.name, message: error.message };
}

/** The refusal of a function in its role. */
export const refused = (action: string, resource: string) =>
  `User: ${SESSION} is not authorized to perform: ${action} on resource: "${resource}" because no identity-based policy allows the ${action} action`;

import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { covers } from "../../../infra/local/iam/evaluate.ts";
import { bucketPolicy, workerPolicy } from "../../../infra/policies.ts";
import { type Grant, grantName, grantsOf, withoutGrant } from "./grants.ts";
import { scopeOf } from "./iam/policy-samples.ts";
import { type ObservedStack, observeStack } from "./observed-stack.ts";

const WORKER = "thumbnail";

let observed: ObservedStack;

beforeAll(async () => {
  observed = await observeStack({
    change: async ({ folder }) => {
      const transforms = join(folder, "transforms");
      const others = (await readdir(transforms)).filter((file) => file !== `${WORKER}.ts`);
      for (const file of others) await rm(join(transforms, file));
    },
  });
});
afterAll(() => observed[Symbol.asyncDispose]());

/** Does what a grant is for, once the grant is gone. */
type Act = (key: string, revoke: () => void) => Promise<unknown>;

const upload: Act = (key, revoke) => {
  revoke();
  return observed.upload(key, "png");
};
const uploadBroken: Act = (key, revoke) => {
  revoke();
  return observed.upload(key, "jpeg-truncated");
};
const remove: Act = async (key, revoke) => {
  await observed.upload(key, "png");
  await observed.ends(key);
  revoke();
  await observed.remove(key);
};
const failForNow: Act = async (key, revoke) => {
  revoke();
  const arn = `arn:aws:s3:::${observed.stack.outputsBucket}`;
  const deny = { Effect: "Deny", Principal: "*", Action: "s3:PutObject", Resource: `${arn}/*` };
  observed.stack.machine.access.putResourcePolicy(arn, JSON.stringify({ Statement: deny }));
  await observed.upload(key, "png");
  await observed.denial(({ resource }) => resource.includes(key));
  observed.stack.machine.access.putResourcePolicy(arn, bucketPolicy(arn));
};
const startAnotherMapping: Act = async (_, revoke) => {
  revoke();
  const { machine, workers } = observed.stack;
  const [{ functionName, queueUrl } = { functionName: "", queueUrl: "" }] = workers;
  machine.addMapping({
    functionName,
    queueName: queueUrl.slice(queueUrl.lastIndexOf("/") + 1),
    batchSize: 1,
    maximumBatchingWindowSeconds: 0,
    maximumConcurrency: 2,
    reportBatchItemFailures: true,
  });
  await expect(machine.start()).rejects.toThrow(/not authorized to perform: sqs:GetQueueAttributes/);
};
function killIfAlive(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    // It has ended, and nobody has been told yet.
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}

/** A process has its log stream for as long as it lives. */
const uploadToNewProcess: Act = async (key, revoke) => {
  const lambda = observed.stack.machine.function(observed.stack.workers[0]?.functionName ?? "");
  // An earlier upload may come again meanwhile, and start another one.
  while (lambda.processIds.length > 0) {
    for (const pid of lambda.processIds) killIfAlive(pid);
    await setTimeout(10);
  }
  return upload(key, revoke);
};

const ACTS: Readonly<Record<string, Act>> = {
  "ReadUploads s3:GetObject": upload,
  "SeeThatUploadsAreGone s3:ListBucket": remove,
  "ReconcileOutputs s3:GetObject": uploadBroken,
  "ReconcileOutputs s3:PutObject": upload,
  "ReconcileOutputs s3:DeleteObject": remove,
  "SeeThatOutputsAreGone s3:ListBucket": uploadBroken,
  "ConsumeQueue sqs:ReceiveMessage": upload,
  "ConsumeQueue sqs:DeleteMessage": upload,
  "ConsumeQueue sqs:GetQueueAttributes": startAnotherMapping,
  "ConsumeQueue sqs:ChangeMessageVisibility": failForNow,
  "SendDeadLetters sqs:SendMessage": uploadBroken,
  "PublishResults sns:Publish": upload,
  "WriteLogs logs:CreateLogStream": uploadToNewProcess,
  "WriteLogs logs:PutLogEvents": upload,
};

/** The role's policy as it is deployed, under the name that the machine knows it by. */
function deployedPolicy() {
  const { resources } = observed.stack;
  const policy = resources.find(({ registration }) => registration.type === "aws:iam/rolePolicy:RolePolicy");
  const { role, name, policy: document } = policy?.outputs ?? {};
  return { role: String(role), name: String(name), document: String(document) };
}

describe("without the permission", () => {
  const grants = grantsOf(workerPolicy(scopeOf(WORKER)));
  it.each(grants.map((grant) => [grantName(grant), grant] as const))(
    "%s, a worker fails with AccessDenied that names it",
    async (name, { action, statement }: Grant) => {
      const { access } = observed.stack.machine;
      const { role, name: policyName, document } = deployedPolicy();
      const [grant] = grantsOf(document).filter((deployed) => grantName(deployed) === name);
      if (!grant || !ACTS[name]) throw new Error(`Expected an upload to need ${name}, found no way that it does.`);

      const revoke = () => access.putRolePolicy(role, policyName, withoutGrant(document, grant));
      await ACTS[name](`${name}.jpg`, revoke);
      const denied = await observed.denial(
        (decision) => decision.action === action && covers(grant.statement, decision),
      );
      access.putRolePolicy(role, policyName, document);

      expect(denied.refusal).toBe(
        `User: ${denied.principal} is not authorized to perform: ${action} on resource: "${denied.resource}" because no identity-based policy allows the ${action} action`,
      );
      expect(statement.name).toBe(grant.statement.name);
    },
  );
});

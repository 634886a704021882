import { expect } from "vitest";
import type { AccessDecision } from "../../../infra/local/iam/access-control.ts";
import { queueName } from "../../../infra/local/queue-name.ts";
import type { StackConfig } from "../../support/stack-config.ts";
import { policyOn, resourcePolicies, workerRoles } from "./deployed-policies.ts";
import { type ObservedStack, observeStack } from "./observed-stack.ts";

const PROVOKED = "with an explicit deny in a resource-based policy";

/** How a worker's queue is fed, and where what can't be delivered to it goes. */
interface Delivery {
  readonly queueArn: string;
  readonly undeliveredArn: string;
}

/**
 * A stack in which everything has happened that can become of an upload: outputs, a dead letter, a retry, a removal, and a delivery that
 * failed. Whatever is denied on the way is an error, but what this provokes.
 */
export async function exerciseStack(config: StackConfig): Promise<ObservedStack> {
  /** Where outputs may not be written for now. */
  const shut = new Set<string>();
  const observed = await observeStack({
    config,
    onDenied: ({ refusal = "", resource }) => {
      if (!refusal.endsWith(PROVOKED)) throw new Error(`AccessDenied: ${refusal}`);
      for (const place of shut) if (resource.startsWith(place.slice(0, -1))) shut.delete(place);
      shutOutputs(observed, shut);
    },
  });
  try {
    const everyWorker = (end: string) => observed.stack.workers.map(() => end);
    await observed.upload("photo.png", "png");
    expect(await observed.ends("photo.png")).toEqual(everyWorker("done"));
    await observed.upload("broken.jpg", "jpeg-truncated");
    expect(await observed.ends("broken.jpg")).toEqual(everyWorker("failed"));
    for (const { outputs } of workerRoles(observed.stack)) shut.add(`${outputs}*`);
    shutOutputs(observed, shut);
    await observed.upload("again.png", "png");
    expect(await observed.ends("again.png")).toEqual(everyWorker("done"));
    await observed.remove("photo.png");
    expect(await observed.ends("photo.png")).toEqual(everyWorker("removed"));
    await lastCalls(observed);
    await refuseDeliveries(observed, "undelivered.png");
    return observed;
  } catch (error) {
    await observed[Symbol.asyncDispose]();
    throw error;
  }
}

/** Keeps every worker from writing outputs at these places. */
function shutOutputs({ stack }: ObservedStack, places: ReadonlySet<string>): void {
  const arn = `arn:aws:s3:::${stack.outputsBucket}`;
  const deny = { Effect: "Deny", Principal: "*", Action: "s3:PutObject", Resource: [...places] };
  const policy = places.size === 0 ? policyOn(resourcePolicies(stack), arn) : JSON.stringify({ Statement: deny });
  stack.machine.access.putResourcePolicy(arn, policy ?? "");
}

/** Waits for what comes after a result. */
async function lastCalls({ stack, call }: ObservedStack): Promise<void> {
  for (const { functionName } of stack.workers) {
    for (const last of ["sqs:DeleteMessage", "logs:PutLogEvents"]) {
      await call(({ action, principal }: AccessDecision) => action === last && principal.endsWith(`/${functionName}`));
    }
  }
}

/** Has whoever feeds each worker's queue turn to its dead-letter queue once. */
async function refuseDeliveries({ stack, upload, call }: ObservedStack, key: string): Promise<void> {
  const deliveries = deliveriesOf(stack);
  for (const { queueArn } of deliveries) {
    const deny = { Effect: "Deny", Principal: "*", Action: "sqs:SendMessage", Resource: queueArn };
    stack.machine.access.putResourcePolicy(queueArn, JSON.stringify({ Statement: deny }));
  }
  await upload(key, "png");
  for (const { undeliveredArn } of deliveries) {
    await call(({ action, resource }) => action === "sqs:SendMessage" && resource === undeliveredArn);
  }
  const policies = resourcePolicies(stack);
  for (const { queueArn } of deliveries) {
    stack.machine.access.putResourcePolicy(queueArn, policyOn(policies, queueArn) ?? "");
  }
}

function deliveriesOf({ deployment, workers }: ObservedStack["stack"]): Delivery[] {
  const workerQueues = workers.map(({ queueUrl }) => queueName(queueUrl));
  const deliveries = deployment.registrations.flatMap(({ type, inputs }): Delivery[] => {
    if (type === "aws:sns/topicSubscription:TopicSubscription" && inputs.protocol === "sqs") {
      const { deadLetterTargetArn } = JSON.parse(String(inputs.redrivePolicy));
      return [{ queueArn: String(inputs.endpoint), undeliveredArn: deadLetterTargetArn }];
    }
    if (type === "aws:cloudwatch/eventTarget:EventTarget") {
      const { arn: undeliveredArn } = inputs.deadLetterConfig as { arn: string };
      return [{ queueArn: String(inputs.arn), undeliveredArn }];
    }
    return [];
  });
  const toWorkers = deliveries.filter(({ queueArn }) => workerQueues.includes(queueName(queueArn)));
  expect(toWorkers).toHaveLength(workers.length);
  return toWorkers;
}

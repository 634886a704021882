import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bucketPolicy } from "../../../infra/policies.ts";
import { unneededGrants, unusedServiceGrants } from "./grants.ts";
import { type ObservedStack, observeStack } from "./observed-stack.ts";

const PROVOKED = "with an explicit deny in a resource-based policy";

let observed: ObservedStack;

/** Everything that can become of an upload: outputs, a dead letter, a retry, a removal. */
beforeAll(async () => {
  observed = await observeStack(({ refusal = "", resource }) => {
    if (!refusal.endsWith(PROVOKED)) throw new Error(`AccessDenied: ${refusal}`);
    admitAgain(resource);
  });
  await observed.upload("photo.png", "png");
  expect(await observed.ends("photo.png")).toEqual(everyWorker("done"));
  await observed.upload("broken.jpg", "jpeg-truncated");
  expect(await observed.ends("broken.jpg")).toEqual(everyWorker("failed"));
  await retry("again.png");
  expect(await observed.ends("again.png")).toEqual(everyWorker("done"));
  await observed.remove("photo.png");
  expect(await observed.ends("photo.png")).toEqual(everyWorker("removed"));
  // These come after a result.
  for (const { functionName } of observed.stack.workers) {
    for (const last of ["sqs:DeleteMessage", "logs:PutLogEvents"]) {
      await observed.call(({ action, principal }) => action === last && principal.endsWith(`/${functionName}`));
    }
  }
  await refuseDeliveries("undelivered.png");
});
afterAll(() => observed[Symbol.asyncDispose]());

function inputsOf(type: string): Record<string, unknown>[] {
  return observed.stack.deployment.registrations.filter((one) => one.type === type).map(({ inputs }) => inputs);
}

/** Has SNS turn to each subscription's dead-letter queue once. */
async function refuseDeliveries(key: string): Promise<void> {
  const subscriptions = inputsOf("aws:sns/topicSubscription:TopicSubscription");
  for (const { endpoint } of subscriptions) {
    const deny = { Effect: "Deny", Principal: "*", Action: "sqs:SendMessage", Resource: endpoint };
    observed.stack.machine.access.putResourcePolicy(String(endpoint), JSON.stringify({ Statement: deny }));
  }
  await observed.upload(key, "png");
  for (const { redrivePolicy } of subscriptions) {
    const { deadLetterTargetArn } = JSON.parse(String(redrivePolicy));
    await observed.call(({ action, resource }) => action === "sqs:SendMessage" && resource === deadLetterTargetArn);
  }
}

function everyWorker(end: string): string[] {
  return observed.stack.workers.map(() => end);
}

/** Where outputs may not be written for now. */
const shut = new Set<string>();

/** Keeps every worker from writing an output once. */
async function retry(key: string): Promise<void> {
  for (const { name } of observed.stack.workers) shut.add(`arn:aws:s3:::${observed.stack.outputsBucket}/${name}/*`);
  setOutputsPolicy();
  await observed.upload(key, "png");
}

function admitAgain(resource: string): void {
  for (const place of shut) if (resource.startsWith(place.slice(0, -1))) shut.delete(place);
  setOutputsPolicy();
}

function setOutputsPolicy(): void {
  const arn = `arn:aws:s3:::${observed.stack.outputsBucket}`;
  const deny = { Effect: "Deny", Principal: "*", Action: "s3:PutObject", Resource: [...shut] };
  const policy = shut.size === 0 ? bucketPolicy(arn) : JSON.stringify({ Statement: deny });
  observed.stack.machine.access.putResourcePolicy(arn, policy);
}

/** Each worker's policy, and what its function and mapping were allowed to do. */
function permissions() {
  const { machine, deployment, workers } = observed.stack;
  return workers.map(({ name, functionName }) => {
    const policy = deployment.registrations.find(
      (registration) => registration.type === "aws:iam/rolePolicy:RolePolicy" && registration.name === name,
    );
    const calls = machine.calls.filter(
      ({ principal, refusal }) => principal.endsWith(`/${functionName}`) && refusal === undefined,
    );
    return { name, document: String(policy?.inputs.policy), calls };
  });
}

describe("the workers' policies", () => {
  it("let each worker do its work, and allow it nothing that it does not need", () => {
    const unneeded = permissions().map(({ name, document, calls }) => [name, unneededGrants(document, calls)]);

    expect(Object.fromEntries(unneeded)).toEqual({ pixelate: [], resize: [], rotate: [], thumbnail: [] });
  });

  it.each<[string, object, string[]]>([
    ["another action", { Action: "s3:GetObjectTagging", Resource: "arn:aws:s3:::*" }, ["Added s3:GetObjectTagging"]],
    ["all actions", { Action: "s3:*", Resource: "*" }, ["Added s3:*"]],
    [
      "what another grant is about",
      { Action: ["sns:Publish"], Resource: "*" },
      ["PublishResults sns:Publish", "Added sns:Publish"],
    ],
  ])("would show a grant of %s as one that nobody needs", (_, added, unneeded) => {
    const [{ document, calls } = { document: "", calls: [] }] = permissions();
    const policy = JSON.parse(document);
    const wider = { ...policy, Statement: [...policy.Statement, { Sid: "Added", Effect: "Allow", ...added }] };

    expect(unneededGrants(JSON.stringify(wider), calls)).toEqual(unneeded);
  });

  it("leave each worker's function and mapping to its own role", () => {
    const { machine, workers } = observed.stack;

    const roles = new Set(machine.calls.map(({ principal }) => principal).filter((name) => name.includes(":sts:")));

    expect([...roles].map((role) => role.split("/").at(-1)).sort()).toEqual(
      workers.map(({ functionName }) => functionName).sort(),
    );
  });
});

describe("the policies of topics and queues", () => {
  const documents = () =>
    [...inputsOf("aws:sns/topicPolicy:TopicPolicy"), ...inputsOf("aws:sqs/queuePolicy:QueuePolicy")].map(({ policy }) =>
      String(policy),
    );

  it("let services do what they do here, and allow them nothing else", () => {
    const unused = documents().flatMap((document) => unusedServiceGrants(document, observed.stack.machine.calls));

    expect(documents().length).toBe(3 + 3 * observed.stack.workers.length);
    expect(unused).toEqual([]);
  });

  it.each([
    ["another service", { Principal: { Service: "events.amazonaws.com" }, Action: "sqs:SendMessage" }],
    ["another action", { Principal: { Service: "sns.amazonaws.com" }, Action: "sqs:ReceiveMessage" }],
  ])("would show a grant to %s as one that nobody uses", (_, added) => {
    const [{ policy } = { policy: "{}" }] = inputsOf("aws:sqs/queuePolicy:QueuePolicy");
    const { Statement } = JSON.parse(String(policy));
    const statement = { Sid: "Added", Effect: "Allow", Resource: Statement[0].Resource, ...added };

    const unused = unusedServiceGrants(JSON.stringify({ Statement: [statement] }), observed.stack.machine.calls);

    expect(unused).toEqual([`Added ${added.Action}`]);
  });
});

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readProject } from "../../../infra/local/engine/project.ts";
import type { Registration } from "../../../infra/local/engine/registration.ts";
import { firstBySeed } from "../../../infra/local/engine/shuffle.ts";
import { runProgram } from "../../../infra/local/engine.ts";
import { LocalProvider } from "../../../infra/local/local-provider.ts";
import { copyProject, type ProjectCopy } from "../../support/project-copy.ts";

const PLACE = {
  region: "eu-central-1",
  accountId: "000000000000",
  queueEndpoint: "https://sqs.eu-central-1.amazonaws.com",
};
const SEEDS = Array.from({ length: 15 }, (_, seed) => seed);

/** Stacks that have between them every resource that waits for another one. */
const STACKS = {
  dev: "config: {}\n",
  other: `config:
  image-machine:ingest: eventbridge
  image-machine:encryption: kms
  image-machine:failureMail: { by: ses, to: [a@example.com], from: b@example.com }
`,
} as const;
type StackName = keyof typeof STACKS;

let project: ProjectCopy;
let registrations: Record<StackName, Registration[]>;
beforeAll(async () => {
  project = await copyProject();
  await writeStacks(project);
  registrations = { dev: await register(project, "dev"), other: await register(project, "other") };
});
afterAll(() => project[Symbol.asyncDispose]());

async function writeStacks(copy: ProjectCopy): Promise<void> {
  for (const [stack, text] of Object.entries(STACKS)) await copy.write(`Pulumi.${stack}.yaml`, text);
}

async function register({ folder }: ProjectCopy, stack: StackName): Promise<Registration[]> {
  const deployment = await runProgram({
    project: await readProject(folder, stack),
    provider: new LocalProvider(PLACE),
    seed: 0,
  });
  return deployment.registrations.filter(({ custom }) => custom);
}

/** Makes resources in the order of a seed, which heeds nothing but what each depends on; gives what AWS refuses, if anything. */
async function replay(resources: readonly Registration[], seed: number): Promise<string | undefined> {
  const provider = new LocalProvider(PLACE);
  const waiting = [...resources];
  const pending = new Set(resources.map(({ urn }) => urn));
  while (waiting.length > 0) {
    const next = firstBySeed(
      seed,
      waiting.filter(({ dependsOn }) => !dependsOn.some((urn) => pending.has(urn))),
    );
    if (!next) throw new Error("Expected an order without cycles.");
    const problem = await provider.create(next).then(
      () => undefined,
      (error: Error) => `${next.name}: ${error.message}`,
    );
    if (problem) return problem;
    pending.delete(next.urn);
    waiting.splice(waiting.indexOf(next), 1);
  }
}

/** The resources as if those of one type had not been ordered after those of another. */
function without(resources: readonly Registration[], type: string, dependency: string): Registration[] {
  const removed = new Set(resources.filter((resource) => resource.type === dependency).map(({ urn }) => urn));
  return resources.map((resource) =>
    resource.type === type
      ? { ...resource, dependsOn: resource.dependsOn.filter((urn) => !removed.has(urn)) }
      : resource,
  );
}

describe("the order in which resources are made", () => {
  it.each(["dev", "other"] as const)(
    "is right however independent resources of stack %s are shuffled",
    async (stack) => {
      const problems = await Promise.all(SEEDS.map((seed) => replay(registrations[stack], seed)));

      expect(problems.filter((problem) => problem !== undefined)).toEqual([]);
    },
  );

  it.each([
    [
      "a notification",
      "aws:s3/bucketNotification:BucketNotification",
      "its topic's policy",
      "aws:sns/topicPolicy:TopicPolicy",
      /Unable to validate the following destination configurations/,
    ],
    [
      "a subscription",
      "aws:sns/topicSubscription:TopicSubscription",
      "its queues' policies",
      "aws:sqs/queuePolicy:QueuePolicy",
      /Deliveries would be lost/,
    ],
    [
      "a target",
      "aws:cloudwatch/eventTarget:EventTarget",
      "its queues' policies",
      "aws:sqs/queuePolicy:QueuePolicy",
      /Deliveries would be lost/,
    ],
    [
      "a mapping",
      "aws:lambda/eventSourceMapping:EventSourceMapping",
      "its role's policy",
      "aws:iam/rolePolicy:RolePolicy",
      /does not have the permission sqs:\w+/,
    ],
  ])("is wrong if %s (%s) is not made after %s (%s)", async (_, type, __, dependency, refusal) => {
    const stack = type === "aws:cloudwatch/eventTarget:EventTarget" ? "other" : "dev";
    const loose = without(registrations[stack], type, dependency);

    const problems = await Promise.all(SEEDS.map((seed) => replay(loose, seed)));

    expect(loose).not.toEqual(registrations[stack]);
    expect(problems.filter((problem) => problem !== undefined).length).toBeGreaterThan(0);
    expect(problems.filter((problem) => problem !== undefined && !refusal.test(problem))).toEqual([]);
  });

  it("needs everything that a dependsOn says and no output tells", async () => {
    const all = Object.values(registrations).flat();
    const types = [...new Set(all.filter(({ onlyOrderedAfter }) => onlyOrderedAfter?.length).map(({ type }) => type))];

    const needless = [];
    for (const type of types) {
      const problems = Object.values(registrations).map((resources) => firstProblem(withoutOrder(resources, type)));
      if ((await Promise.all(problems)).every((problem) => problem === undefined)) needless.push(type);
    }

    expect(types.sort()).toEqual([
      "aws:cloudwatch/eventTarget:EventTarget",
      "aws:cloudwatch/metricAlarm:MetricAlarm",
      "aws:lambda/eventSourceMapping:EventSourceMapping",
      "aws:s3/bucketNotification:BucketNotification",
      "aws:sns/topicSubscription:TopicSubscription",
    ]);
    expect(needless).toEqual([]);
  });
});

/** The resources as if none of a type had a dependsOn. */
function withoutOrder(resources: readonly Registration[], type: string): Registration[] {
  return resources.map((resource) =>
    resource.type === type
      ? { ...resource, dependsOn: resource.dependsOn.filter((urn) => !resource.onlyOrderedAfter?.includes(urn)) }
      : resource,
  );
}

/** What AWS refuses of resources under some order. */
async function firstProblem(resources: readonly Registration[]): Promise<string | undefined> {
  const problems = await Promise.all(SEEDS.map((seed) => replay(resources, seed)));
  return problems.find((problem) => problem !== undefined);
}

import { readdir, readFile, utimes } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type PlannedResource, plan } from "../../../infra/local/plan.ts";
import { copyProject, type ProjectCopy } from "../../support/project-copy.ts";

let project: ProjectCopy;
let before: PlannedResource[];

beforeAll(async () => {
  project = await copyProject();
  before = await plan(project.folder, "dev");
});
afterAll(() => project[Symbol.asyncDispose]());

const inWorker = (name: string) => (resource: PlannedResource) =>
  resource.name === name || resource.name.startsWith(`${name}-`);

describe("plan", () => {
  it("is the same from run to run, in whatever order resources are made, and from whatever folder", async () => {
    await using copy = await copyProject({ below: "a-folder-of-a-long-name/in/another" });
    for (const file of await readdir(join(copy.folder, "transforms"))) {
      await utimes(join(copy.folder, "transforms", file), 0, 0);
    }

    const again = await plan(copy.folder, "dev", { seed: 7 });

    expect(again).toEqual(before);
    expect(JSON.stringify(again)).not.toContain(copy.folder);
  });

  it("gives each transform one worker with a subscription, a queue, a function and what they need", () => {
    const types = before.filter(inWorker("thumbnail")).map(({ type, name }) => `${name} ${type}`);

    expect(types.sort()).toEqual([
      "thumbnail aws:cloudwatch/logGroup:LogGroup",
      "thumbnail aws:iam/role:Role",
      "thumbnail aws:iam/rolePolicy:RolePolicy",
      "thumbnail aws:lambda/eventSourceMapping:EventSourceMapping",
      "thumbnail aws:lambda/function:Function",
      "thumbnail aws:sns/topicSubscription:TopicSubscription",
      "thumbnail image-machine:infra:Worker",
      "thumbnail image-machine:infra:WorkerQueues",
      "thumbnail-dead-letters aws:sqs/queue:Queue",
      "thumbnail-dead-letters aws:sqs/queuePolicy:QueuePolicy",
      "thumbnail-undelivered aws:sqs/queue:Queue",
      "thumbnail-undelivered aws:sqs/queuePolicy:QueuePolicy",
      "thumbnail-uploads aws:sqs/queue:Queue",
      "thumbnail-uploads aws:sqs/queuePolicy:QueuePolicy",
    ]);
  });

  it("shows code as its path, digest and sizes, and knows every value", async () => {
    const bundle = await readFile(join(project.folder, ".image-machine/functions/thumbnail/index.cjs"));
    const lambda = before.find(({ type, name }) => type === "aws:lambda/function:Function" && name === "thumbnail");

    expect(lambda?.inputs.code).toEqual({
      path: ".image-machine/functions/thumbnail",
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      bytes: bundle.length,
      zippedBytes: expect.toSatisfy((zipped: number) => zipped > bundle.length / 10 && zipped < bundle.length / 2),
    });
    expect(lambda?.inputs.role).toMatch(/^arn:aws:iam::000000000000:role\/thumbnail-[0-9a-f]{7}$/);
    expect(before.find(({ type }) => type === "aws:lambda/layerVersion:LayerVersion")?.inputs.code).toEqual({
      path: expect.stringMatching(/^\.image-machine\/layers\/arm64-[0-9a-f]{16}$/),
      sha256: expect.stringMatching(/^[0-9a-f]{16}$/),
      bytes: null,
      zippedBytes: null,
    });
    expect(JSON.stringify(before)).not.toMatch(
      /undefined|04da6b54-80e4-46f7-96ec-b56ff0331ba9|4dabf18193072939515e22adb298388d/,
    );
  });

  it("differs by one worker's own resources and alarms, and the dashboard, when a transform is added", async () => {
    await using copy = await copyProject();
    await copy.write("transforms/preview.ts", await readFile(join(copy.folder, "transforms/thumbnail.ts"), "utf8"));

    const after = await plan(copy.folder, "dev");

    const known = new Set(before.map((resource) => JSON.stringify(resource)));
    const others = after.filter((resource) => !known.has(JSON.stringify(resource)));
    const isAlarmOf = (worker: string) => (resource: PlannedResource) =>
      resource.type === "aws:cloudwatch/metricAlarm:MetricAlarm" &&
      resource.name.startsWith(`monitoring-alarms-${worker}-`);
    const isOf = (worker: string) => (resource: PlannedResource) =>
      inWorker(worker)(resource) || isAlarmOf(worker)(resource);
    expect(after).toHaveLength(before.length + others.length - 1);
    expect(others).toHaveLength(before.filter(isOf("thumbnail")).length + 1);
    expect(others.filter((resource) => !isOf("preview")(resource)).map(({ type }) => type)).toEqual([
      "aws:cloudwatch/dashboard:Dashboard",
    ]);
  });

  it.each([
    ["an unknown worker", "config:\n  image-machine:workers:\n    thumbnial: { memoryMb: 512 }\n", /thumbnial/],
  ])("refuses %s in one line", async (_, yaml, message) => {
    await project.write("Pulumi.wrong.yaml", yaml);

    const error: Error = await plan(project.folder, "wrong").then(
      () => expect.unreachable("it was planned"),
      (thrown) => thrown,
    );

    expect(error.message).toMatch(message);
    expect(error.message.split("\n")).toHaveLength(1);
  });

  it("says which file in transforms/ is none", async () => {
    await using copy = await copyProject();
    await copy.write("transforms/broken.ts", "export default 7;\n");

    await expect(plan(copy.folder, "dev")).rejects.toThrow(
      "transforms/broken.ts is not a transform. Expected its default export to be a transform, received 7.",
    );
  });

  it("says which stack has no configuration", async () => {
    await expect(plan(project.folder, "nowhere")).rejects.toThrow(
      `Expected a file Pulumi.nowhere.yaml in ${project.folder}.`,
    );
  });
});

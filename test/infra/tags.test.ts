import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { LocalProvider } from "../../infra/local/local-provider.ts";
import { type PlannedResource, plan } from "../../infra/local/plan.ts";
import { RESOURCE_TYPES } from "../../infra/local/resource-types.ts";
import { TAGGABLE, tagProblems, tagResources, tagWorker } from "../../infra/tags.ts";
import { copyProject } from "../support/project-copy.ts";
import { find, register } from "../support/pulumi-mocks.ts";
import { configure } from "../support/stack-config.ts";

const require = createRequire(import.meta.url);

/** Whether the inputs of a type have tags, as its package declares them. */
function takesTags(token: string): boolean {
  const [, module = "", name = ""] = /^aws:([\w/]+):(\w+)$/.exec(token) ?? [];
  const declarations = readFileSync(require.resolve(`@pulumi/aws/${module}.d.ts`), "utf8");
  const start = declarations.indexOf(`export interface ${name}Args {`);
  if (start < 0) throw new Error(`Expected inputs of ${token} in @pulumi/aws.`);
  return /^ {4}tags\?:/m.test(declarations.slice(start));
}

describe("the types of resources that are tagged", () => {
  it.each(TAGGABLE)("take tags: %s", (token) => {
    expect(takesTags(token)).toBe(true);
  });

  it("are all that this project may use and that take tags", () => {
    const taggable = Object.keys(RESOURCE_TYPES).filter(takesTags);

    expect(taggable.filter((token) => !TAGGABLE.includes(token))).toEqual([]);
    expect(taggable).toContain("aws:sqs/queue:Queue");
  });
});

describe("the resources of a stack", () => {
  it("say which project, stack and worker they belong to, wherever they can", async () => {
    await using project = await copyProject();
    await configure(project, { encryption: "kms" });
    const resources = await plan(project.folder, "dev");

    const tagged = resources.filter(({ type }) => type.startsWith("aws:") && takesTags(type));

    const ofStack = { Project: "image-machine", Stack: "dev" };
    const expected = tagged.map((resource) => {
      const worker = workerOf(resource, resources);
      return [resource.name, worker === undefined ? ofStack : { Worker: worker, ...ofStack }];
    });
    expect(tagged.map(({ name, inputs }) => [name, inputs.tags])).toEqual(expected);
    expect(new Set(tagged.map((resource) => workerOf(resource, resources)))).toEqual(
      new Set([undefined, "pixelate", "resize", "rotate", "thumbnail"]),
    );
  });
});

/** Registers resources as a whole program does: in a stack. */
function registerStack(program: () => void) {
  return register(() => pulumi.runtime.runInPulumiStack(async () => program()));
}

/** The name of the worker that a resource is part of. */
function workerOf(resource: PlannedResource, resources: readonly PlannedResource[]): string | undefined {
  if (resource.type === "image-machine:infra:Worker") return resource.name;
  const parent = resources.find(({ type, name }) => `${type}::${name}` === resource.parent);
  return parent && workerOf(parent, resources);
}

describe("a stack's own tags", () => {
  it("join and replace its project and stack, but neither its workers nor what a resource says itself", async () => {
    const resources = await registerStack(() => {
      tagResources({ Stack: "production", Team: "images", Worker: "all" });
      new aws.sns.Topic("topic", { tags: { Team: "press" } });
      const worker = new pulumi.ComponentResource(
        "test:Worker",
        "worker",
        {},
        { transformations: [tagWorker("resize")] },
      );
      const part = new pulumi.ComponentResource("test:Part", "part", {}, { parent: worker });
      new aws.sqs.Queue("queue", {}, { parent: part });
      new aws.sqs.QueuePolicy("queue", { queueUrl: "url", policy: "{}" }, { parent: part });
    });

    const own = { Project: "image-machine", Stack: "production", Team: "images", Worker: "all" };
    expect(find(resources, "aws:sns/topic:Topic", "topic").inputs.tags).toEqual({ ...own, Team: "press" });
    expect(find(resources, "aws:sqs/queue:Queue", "queue").inputs.tags).toEqual({ ...own, Worker: "resize" });
    expect(find(resources, "aws:sqs/queuePolicy:QueuePolicy", "queue").inputs).not.toHaveProperty("tags");
  });

  it("are refused all at once where AWS would not take them", async () => {
    const program = register(() => tagResources({ "aws:team": "images", Motto: "100 %" }));

    await expect(program).rejects.toThrow(
      [
        `Expected tags' names of 1 to 128 letters, digits, spaces or _.:/=+-@ that don't start with aws:, received "aws:team".`,
        `Expected at most 256 letters, digits, spaces or _.:/=+-@ for the tag Motto, received "100 %".`,
      ].join("\n"),
    );
  });
});

describe("tags", () => {
  it.each<[string, Record<string, string>, number]>([
    ["of any language", { Größe: "naïve café_.:/=+-@ 1" }, 0],
    ["that are empty", { Team: "" }, 0],
    ["of the greatest length", { ["k".repeat(128)]: "v".repeat(256) }, 0],
    ["without a name", { "": "images" }, 1],
    ["with too long a name", { ["k".repeat(129)]: "" }, 1],
    ["with too long a value", { Team: "v".repeat(257) }, 1],
    ["of AWS's own", { "AWS:Team": "images" }, 1],
    ["with other marks", { "Team!": "im*ges" }, 2],
    ["as many as fit", Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`${index}`, ""])), 0],
    ["one too many", Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`${index}`, ""])), 1],
  ])("%s have as many problems: %o", (_, tags, problems) => {
    expect(tagProblems(tags)).toHaveLength(problems);
  });

  it("that AWS would not take are refused on this machine, whoever gives them", async () => {
    const provider = new LocalProvider({
      region: "us-east-1",
      accountId: "000000000000",
      queueEndpoint: "https://sqs",
    });
    const inputs = { name: "work", tags: { "aws:team": "images" } };
    const registration = { urn: "urn", type: "aws:sqs/queue:Queue", name: "work", parent: undefined, custom: true };

    const queue = provider.create({ ...registration, dependsOn: [], inputs, shownInputs: inputs });

    await expect(queue).rejects.toThrow(/that don't start with aws:, received "aws:team"/);
  });
});

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { plan } from "../../../infra/local/plan.ts";
import { plannedStack } from "../../../infra/local/planned-stack.ts";
import { type Registry, readTransforms } from "../../../runtime/registry.ts";
import { copyProject, type ProjectCopy } from "../../support/project-copy.ts";

const WORKERS = `
  image-machine:workers:
    thumbnail: { provisionedPollers: { minimum: 3, maximum: 40 } }
    avatar: { use: thumbnail, prefix: avatars/, memoryMb: 512, timeoutSeconds: 20, batchSize: 4, options: { width: 64 } }
    rotate: { enabled: false }
    pixelate: { maximumConcurrency: 77 }
`;

let project: ProjectCopy;
let transforms: Registry;
let folder: string;
beforeAll(async () => {
  project = await copyProject();
  transforms = await readTransforms(join(project.folder, "transforms"));
  folder = await mkdtemp(join(tmpdir(), "config-"));
});
afterAll(async () => {
  await project[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

describe("a stack as an estimate needs it", () => {
  it("is what the plan says of each of its workers, in their order", async () => {
    const stack = await stackOf(`config:\n  aws:region: eu-west-3${WORKERS}`);

    expect({ ...stack, workers: stack.workers.map(({ name }) => name) }).toEqual({
      name: "other",
      region: "eu-west-3",
      ingest: "sns",
      filters: 4,
      isOneBucket: false,
      workers: ["avatar", "pixelate", "resize", "thumbnail"],
    });
    const { transform, ...avatar } = stack.workers.find(({ name }) => name === "avatar") ?? {};
    expect(transform).toBe(transforms.get("thumbnail"));
    expect(avatar).toEqual({
      name: "avatar",
      use: "thumbnail",
      options: { width: 64, height: 128 },
      isSelective: true,
      memoryMb: 512,
      timeoutSeconds: 20,
      architecture: "arm64",
      batchSize: 4,
      scaling: { maximumConcurrency: 10 },
      visibilityTimeoutSeconds: 120,
      maxReceiveCount: 8,
      retentionSeconds: 604_800,
    });
    expect(Object.fromEntries(stack.workers.map(({ name, scaling }) => [name, scaling]))).toMatchObject({
      pixelate: { maximumConcurrency: 77 },
      thumbnail: { minimumPollers: 3, maximumPollers: 40 },
    });
  });

  it("may be told of uploads by EventBridge, and have one bucket", async () => {
    const stack = await stackOf(
      "config:\n  image-machine:ingest: eventbridge\n  image-machine:architecture: x86_64\n  image-machine:buckets: { layout: one }\n",
    );

    expect(stack).toMatchObject({ ingest: "eventbridge", filters: 0, isOneBucket: true });
    expect(stack.workers[0]).toMatchObject({ architecture: "x86_64", isSelective: false });
  });

  it("has a worker at least", () => {
    expect(() => plannedStack("dev", [], transforms)).toThrow(
      "Expected a stack with workers for --stack, received dev.",
    );
  });
});

async function stackOf(config: string) {
  const configFile = join(folder, "stack.yaml");
  await writeFile(configFile, config);
  return plannedStack("other", await plan(project.folder, "other", { configFile }), transforms);
}

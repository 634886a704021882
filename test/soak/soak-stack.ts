import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { type DeployedStack, deploy } from "../../infra/local/deploy.ts";
import type { FaultPlan } from "../../infra/local/faults/fault-plan.ts";
import { copyProject, type ProjectCopy } from "../support/project-copy.ts";
import { configure } from "../support/stack-config.ts";
import { FATAL_SIDES } from "./drawing.ts";

/** What a soak can do without, to see what it is good for. */
export const PARTS = ["second-read"] as const;

export type Part = (typeof PARTS)[number];

export interface SoakStackOptions {
  readonly seed: number;
  readonly faults: FaultPlan;
  readonly without: readonly Part[];
  /** Of the worker whose transform fails: each time-out costs as much. */
  readonly fragileSeconds: number;
}

export interface SoakStack extends AsyncDisposable {
  readonly stack: DeployedStack;
  readonly project: ProjectCopy;
}

/** What the workers' transforms are told, but for defaults. */
export const WORKER_OPTIONS: Readonly<Record<string, Record<string, unknown>>> = {
  thumbnail: { width: 24, height: 24 },
};

const KEPT_TRANSFORMS = ["thumbnail.ts", "rotate.ts"];

/** How much faster queues' time passes. */
const QUEUE_TIME_SCALE = 60;

/** Deploys a stack of three cheap workers, of which one fails with some sources. */
export async function deploySoakStack({ seed, faults, without, fragileSeconds }: SoakStackOptions): Promise<SoakStack> {
  const project = await copyProject();
  try {
    for (const file of await readdir(join(project.folder, "transforms"))) {
      if (!KEPT_TRANSFORMS.includes(file)) await rm(join(project.folder, "transforms", file));
    }
    await project.write("transforms/fragile.ts", FRAGILE);
    await configure(project, {
      workers: {
        thumbnail: { options: WORKER_OPTIONS.thumbnail, timeoutSeconds: 20 },
        rotate: { timeoutSeconds: 20 },
        fragile: { timeoutSeconds: fragileSeconds, batchSize: 3 },
      },
    });
    for (const part of without) await REMOVALS[part](project);
    const settings = { projectFolder: project.folder, stack: "dev", seed, queueTimeScale: QUEUE_TIME_SCALE, faults };
    const stack = await deploy(settings);
    return {
      stack,
      project,
      [Symbol.asyncDispose]: async () => {
        await stack.machine.close();
        await project[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    await project[Symbol.asyncDispose]();
    throw error;
  }
}

const REMOVALS: Readonly<Record<Part, (project: ProjectCopy) => Promise<void>>> = {
  "second-read": ({ replace }) => replace("runtime/dispatcher.ts", "if (isSame(now, source)) return", "return"),
};

const FRAGILE = `
import { ALL_MEDIA_TYPES, defineTransform, options } from "../runtime/contract.ts";

export default defineTransform({
  summary: "A tiny preview, unless its source is fatal.",
  accepts: ALL_MEDIA_TYPES,
  options: options({}),
  variants: () => [{ name: "tiny", format: "source" }],
  limits: { memoryMb: 192, timeoutSeconds: 4 },
  async *transform(source) {
    if (source.width === ${FATAL_SIDES["function-out-of-memory"]}) exhaust();
    if (source.width === ${FATAL_SIDES["function-timed-out"]}) for (;;);
    yield { variant: "tiny", body: await source.image().resize(8, 8, { fit: "fill" }).toBuffer() };
  },
});

function exhaust(): never {
  const kept: object[] = [];
  for (;;) kept.push(Array.from({ length: 10_000 }, (_, index) => ({ index })));
}
`;

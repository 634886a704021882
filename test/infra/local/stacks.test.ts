import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DeployedStack } from "../../../infra/local/deploy.ts";
import { processFiles } from "../../../infra/local/process-files.ts";
import { PROJECT_ROOT } from "../../../infra/project-root.ts";
import { fixture } from "../../support/fixtures.ts";
import { deployCopy } from "../../support/local-stack.ts";
import { configure, type StackConfig } from "../../support/stack-config.ts";
import { type FedBack, feedBack } from "./feed-back.ts";

let folder: string;
let files: string[];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "stacks-"));
  files = [join(folder, "photo.jpg"), join(folder, "cat.gif")];
  await writeFile(join(folder, "photo.jpg"), await fixture("jpeg-orientation-6"));
  await writeFile(join(folder, "cat.gif"), await fixture("gif-animated"));
});
afterAll(() => rm(folder, { recursive: true }));

/** The outputs of both files, by their paths, each as the digest of its bytes. */
async function outputsOf(stack: DeployedStack, prefix = ""): Promise<Record<string, string>> {
  const out = await mkdtemp(join(folder, "out-"));
  const reports = await processFiles(stack, files, { out, prefix, onReport: () => {}, onWaiting: () => {} });
  expect(reports.filter(({ status }) => status === "failed")).toEqual([]);
  const entries = await readdir(out, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const digests = paths.sort().map(async (path) => {
    const digest = createHash("sha256").update(await readFile(path));
    return [relative(out, path).replaceAll("\\", "/"), digest.digest("hex")] as const;
  });
  return Object.fromEntries(await Promise.all(digests));
}

interface LayoutRun {
  readonly outputs: Readonly<Record<string, string>>;
  /** What came of those of the photo, and of all that was made of them, among the uploads. */
  readonly fedBack: FedBack;
}

const LAYOUTS: Readonly<Record<string, StackConfig>> = {
  "two buckets": {},
  "two buckets, of which EventBridge tells": { ingest: "eventbridge" },
  "one bucket": { buckets: { layout: "one" } },
  "one encrypted bucket, of which EventBridge tells": {
    ingest: "eventbridge",
    buckets: { layout: "one" },
    encryption: "kms",
  },
  "existing buckets": { buckets: { layout: "existing", uploads: "our-photos", outputs: "our-web" } },
};

/** All that is found out about a stack of two workers, which is up no longer than that. */
async function runLayout(config: StackConfig): Promise<LayoutRun> {
  const workers = { pixelate: { enabled: false }, resize: { enabled: false } };
  await using local = await deployCopy((project) => configure(project, { workers, ...config }));
  const outputs = await outputsOf(local.stack);
  const fedBack = await feedBack(local.stack, (key) => key.includes("photo.jpg"));
  return { outputs, fedBack };
}

async function outputsOfExample(name: string, prefix = ""): Promise<string[]> {
  const configFile = join(PROJECT_ROOT, "infra/examples", `${name}.yaml`);
  await using local = await deployCopy(undefined, { configFile }, { allTransforms: true });
  return Object.keys(await outputsOf(local.stack, prefix));
}

describe("a stack, however it is told of uploads, and wherever they are,", () => {
  const runs: Record<string, LayoutRun> = {};
  beforeAll(async () => {
    for (const [layout, config] of Object.entries(LAYOUTS)) runs[layout] = await runLayout(config);
  });

  it("makes the same outputs of the same files", () => {
    const [first = {}, ...others] = Object.values(runs).map(({ outputs }) => outputs);

    expect(Object.keys(first)).toHaveLength(6);
    expect(others).toEqual(others.map(() => first));
  });

  it.each(Object.keys(LAYOUTS))("comes to an end though all its outputs become uploads: %s", (layout) => {
    // Of three outputs each worker works on the other's; of the four that it makes of them, on none.
    expect(runs[layout]?.fedBack).toEqual({
      copies: [3, 4, 0],
      ends: { OUTPUT_AS_UPLOAD: 11, done: 3 },
      deadLetters: 0,
    });
  });
});

describe("a stack", () => {
  it("writes the keys that tutorials do, if it is configured so", async () => {
    expect(await outputsOfExample("classic-layouts")).toEqual([
      "TwistedClockWise/catTwistedClockWise.gif",
      "TwistedClockWise/photoTwistedClockWise.jpg",
      "pixelated-8x8-cat.gif",
      "pixelated-8x8-photo.jpg",
      "resized/cat.gif",
      "resized/photo.jpg",
      "thumbnails/cat.gif",
      "thumbnails/photo.jpg",
    ]);
  });

  it("has further workers for a prefix, which others leave out", async () => {
    expect(await outputsOfExample("avatars", "avatars/")).toEqual([
      "avatar/avatars/cat.gif/small.gif",
      "avatar/avatars/photo.jpg/small.jpg",
    ]);
  });
});

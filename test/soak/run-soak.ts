import { join } from "node:path";
import { S3Client } from "@aws-sdk/client-s3";
import type { DeployedStack } from "../../infra/local/deploy.ts";
import type { FaultKind } from "../../infra/local/faults/fault-kinds.ts";
import { FaultPlan, type Meanwhile } from "../../infra/local/faults/fault-plan.ts";
import { watchPublished } from "../../infra/local/results.ts";
import { untilEmpty } from "../../infra/local/until-empty.ts";
import { seededRandom } from "../support/random.ts";
import { type Balance, balance } from "./balance.ts";
import { draw } from "./drawing.ts";
import { keepPace } from "./keep-pace.ts";
import type { Ledger, PublishedEnd } from "./ledger.ts";
import { type MemorySample, sampleMemory } from "./memory-samples.ts";
import { Doer, perform } from "./perform.ts";
import { readStored, readWorkers } from "./read-ledger.ts";
import { deploySoakStack, type Part, WORKER_OPTIONS } from "./soak-stack.ts";
import { CONTESTED_FOLDER, writeWorkload } from "./workload.ts";

export interface SoakOptions {
  readonly uploads: number;
  readonly seed: number;
  readonly faults: ReadonlySet<FaultKind>;
  /** How often faults hit, as a factor of the usual. Default: 1 */
  readonly frequency?: number;
  readonly without: readonly Part[];
  /** How long the fragile worker's function may take; a source on which it hangs takes five times as long. */
  readonly fragileSeconds: number;
  /** How long the queues may take to become empty after the last upload. */
  readonly drainSeconds: number;
  readonly onProgress: (line: string) => void;
}

export interface SoakReport {
  readonly ledger: Ledger;
  readonly balance: Balance;
  readonly injected: Readonly<Partial<Record<FaultKind, number>>>;
  readonly memory: readonly MemorySample[];
  readonly uploadSeconds: number;
  readonly drainSeconds: number;
  /** Whether every queue was empty in time. Without that nothing else counts. */
  readonly isDrained: boolean;
}

/** Uploads, overwrites and removes while faults hit, waits until all is quiet, and takes stock of what is stored. */
export async function runSoak(options: SoakOptions): Promise<SoakReport> {
  const { seed, faults: kinds, frequency = 1, without, fragileSeconds, drainSeconds, onProgress } = options;
  let meanwhile: Meanwhile | undefined;
  const faults = new FaultPlan({
    kinds,
    seed,
    frequency,
    shareOf: shareOfContested,
    isUploadsBucket: (name) => name === stack?.uploadsBucket,
    meanwhile: {
      removeUpload: async (upload) => meanwhile?.removeUpload(upload),
      overwriteUpload: async (upload) => meanwhile?.overwriteUpload(upload),
      killFunction: () => meanwhile?.killFunction(),
    },
  });
  let stack: DeployedStack | undefined;
  await using soaked = await deploySoakStack({ seed, faults, without, fragileSeconds });
  stack = soaked.stack;
  const { machine, workers, uploadsBucket } = stack;
  const s3 = new S3Client({ ...machine.clientSettings, forcePathStyle: true });
  using cleanUp = new DisposableStack();
  cleanUp.defer(() => s3.destroy());
  const doer = new Doer(s3, uploadsBucket);
  const processIds = () => workers.flatMap(({ functionName }) => machine.function(functionName).processIds);
  meanwhile = interfere(doer, processIds, seed);

  const published: PublishedEnd[] = [];
  const stopWatching = await watchPublished(stack, (result) => {
    if (result.status !== "published") return;
    const { status } = result.result;
    const code = "code" in result.result ? { code: result.result.code } : {};
    published.push({ worker: result.worker, key: result.key, status, ...code });
  });
  const memory = cleanUp.use(sampleMemory(processIds));

  const stories = writeWorkload({ uploads: options.uploads, seed, faults: kinds });
  const start = performance.now();
  let told = 0;
  const onStory = () => {
    told++;
    if (told % PROGRESS_STORIES === 0) onProgress(`${told} of ${stories.length} keys uploaded…`);
  };
  const [contested, others] = [stories.filter((story) => story.contested), stories.filter((story) => !story.contested)];
  for (const story of contested) {
    await perform([story], doer, { atOnce: 1, onStory });
    await machine.settled({ seconds: drainSeconds });
  }
  await perform(others, doer, { atOnce: 8, ready: keepPace(machine, { seconds: drainSeconds }), onStory });
  const uploaded = performance.now();
  onProgress(`All uploaded; waiting for the queues, at most ${drainSeconds} s…`);
  const isDrained = await machine.settled({ seconds: drainSeconds });
  await untilEmpty(machine.emulator, ["watched-results"], { seconds: WATCHED_SECONDS });
  const drained = performance.now();
  await stopWatching();

  const transformsFolder = join(soaked.project.folder, "transforms");
  const ledger: Ledger = {
    workers: await readWorkers(stack, { transformsFolder, options: WORKER_OPTIONS }),
    deeds: doer.deeds,
    published,
    ...(await readStored(stack, s3)),
  };
  return {
    ledger,
    balance: balance(ledger),
    injected: faults.injected,
    memory: memory.samples,
    uploadSeconds: Math.round((uploaded - start) / 1000),
    drainSeconds: Math.round((drained - uploaded) / 1000),
    isDrained,
  };
}

/** Each contested upload is changed once, when it is read first, and nothing else goes wrong with it: a retry would mend it. */
function shareOfContested(kind: FaultKind, request: string, asked: number): number | undefined {
  if (!request.includes(CONTESTED_FOLDER)) return undefined;
  const change: FaultKind = /[02468]\.png$/.test(request) ? "s3-removed" : "s3-overwritten";
  return kind === change && asked === 0 ? 1 : 0;
}

const PROGRESS_STORIES = 250;
const WATCHED_SECONDS = 20;

function interfere(doer: Doer, processIds: () => readonly number[], seed: number): Meanwhile {
  const random = seededRandom(seed);
  return {
    removeUpload: ({ key }) => doer.remove(key, "fault"),
    overwriteUpload: async ({ key }) => doer.put(key, await draw(random, "png"), "fault"),
    killFunction: () => {
      const victims = processIds();
      if (victims.length > 0) kill(random.pick(victims));
    },
  };
}

/** One that has just ended by itself is as good as killed. */
function kill(processId: number): void {
  try {
    process.kill(processId, "SIGKILL");
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}

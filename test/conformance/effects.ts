import { watchActivity } from "./effects/async-activity.ts";
import { watchOpenFiles } from "./effects/open-files.ts";
import { watchProcessState } from "./effects/process-state.ts";
import { watchSharp } from "./effects/sharp-settings.ts";
import { watchTemporaryFiles } from "./effects/temporary-files.ts";

/** What a run did beside yielding outputs, in words; a transform does nothing of it. */
export interface Effects {
  readonly temporaryFiles: readonly string[];
  /** What it did not close or end. */
  readonly left: readonly string[];
  readonly network: readonly string[];
  readonly sharp: readonly string[];
  readonly process: readonly string[];
}

/** Does the work, and tells what it did beside. One at a time, since what belongs to the whole process is watched. */
export async function watchEffects<T>(work: () => Promise<T>): Promise<{ value: T; effects: Effects }> {
  const temporaryFiles = watchTemporaryFiles();
  const sharp = watchSharp();
  const processState = watchProcessState();
  const openFiles = watchOpenFiles();
  const { value, activity } = await watchActivity(work);
  const effects = {
    left: [...activity.left, ...(await openFiles())],
    network: activity.network,
    process: processState(),
    sharp: await sharp(),
    temporaryFiles: temporaryFiles(),
  };
  return { value, effects };
}

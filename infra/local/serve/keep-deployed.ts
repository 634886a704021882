import { existsSync } from "node:fs";
import { join } from "node:path";
import { messageOf } from "../../../runtime/errors.ts";
import type { DeployedWorker } from "../deploy.ts";
import type { Redeployer } from "../redeploy.ts";
import { type Watch, watchFiles } from "../watch.ts";

interface Settings {
  readonly projectFolder: string;
  readonly print: (line: string) => void;
}

/** Redeploys whenever a source is saved. A worker whose code is broken goes on with what it had. */
export function keepDeployed(redeployer: Redeployer, { projectFolder, print }: Settings): Watch {
  return watchFiles(projectFolder, ["transforms", "runtime"], async (files) => {
    const start = performance.now();
    try {
      for (const worker of redeployer.stack.workers.filter((worker) => isMadeOf(worker, files))) {
        const isNew = await redeployer.redeployCode(worker);
        if (isNew) print(`Redeployed ${worker.name} in ${Math.round(performance.now() - start)} ms.`);
      }
      for (const remark of await redeployer.redeploy()) print(remark);
    } catch (error) {
      print(`Not redeployed: ${messageOf(error)}`);
    }
  });

  function isMadeOf(worker: DeployedWorker, files: readonly string[]): boolean {
    const file = redeployer.transformFile(worker);
    const isChanged = files.includes(file) || files.some((changed) => changed.startsWith("runtime/"));
    return isChanged && existsSync(join(projectFolder, file));
  }
}

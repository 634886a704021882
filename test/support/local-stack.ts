import { type DeployedStack, type DeployOptions, deploy } from "../../infra/local/deploy.ts";
import { type CopyOptions, copyProject, type ProjectCopy } from "./project-copy.ts";

/** A stack that is up on this machine, of a copy of the project. */
export interface LocalStack extends AsyncDisposable {
  readonly stack: DeployedStack;
  readonly project: ProjectCopy;
}

/** Deploys a copy of the project after `change`; queues' time passes 60 times as fast. */
export async function deployCopy(
  change: (project: ProjectCopy) => Promise<void> = async () => {},
  options: Partial<DeployOptions> = {},
  copied: CopyOptions = {},
): Promise<LocalStack> {
  const project = await copyProject(copied);
  await change(project);
  const stack = await deploy({ projectFolder: project.folder, stack: "dev", seed: 1, queueTimeScale: 60, ...options });
  return {
    stack,
    project,
    [Symbol.asyncDispose]: async () => {
      await stack.machine.close();
      await project[Symbol.asyncDispose]();
    },
  };
}

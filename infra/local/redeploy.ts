import { join } from "node:path";
import { type DeployedStack, type DeployedWorker, toStack } from "./deploy.ts";
import { type Project, readProject } from "./engine/project.ts";
import { Archive } from "./engine/property-values.ts";
import { runProgram } from "./engine.ts";
import { LocalProvider } from "./local-provider.ts";
import { codeDigest, FUNCTION_TYPE, hasSameInputs, inputsOf, withCode } from "./redeploy/function-resource.ts";
import type { Deployed } from "./resource-type.ts";
import { RESOURCE_TYPES } from "./resource-types.ts";

/** Where a stack's sources are. */
export interface StackFiles {
  readonly projectFolder: string;
  readonly stackName: string;
  /** What the stack is configured by, in place of Pulumi.STACK.yaml. */
  readonly configFile?: string | undefined;
}

/** Keeps a stack that is up as its sources are. Messages stay where they are, and what runs ends as it began. */
export class Redeployer {
  #stack: DeployedStack;
  readonly #readProject: () => Promise<Project>;
  /** The command that has a worker work on what was uploaded before it. */
  readonly #backfill: string;
  /** Of the code that each function runs, by its URN. */
  readonly #digests: Map<string, string>;

  constructor(stack: DeployedStack, { projectFolder, stackName, configFile }: StackFiles) {
    this.#stack = stack;
    this.#backfill = `npm run backfill -- --local --stack ${stackName}`;
    this.#readProject = () => readProject(projectFolder, stackName, configFile);
    this.#digests = new Map(functionsOf(stack).map((resource) => [resource.registration.urn, codeDigest(resource)]));
  }

  get stack(): DeployedStack {
    return this.#stack;
  }

  /**
   * The quick half of a redeployment: bundles a worker's code and lets its function run it, with the options that the stack
   * configures. Gives whether the code is another than before. Throws, and changes nothing, if it can't be bundled or loaded.
   */
  async redeployCode(worker: DeployedWorker): Promise<boolean> {
    // Not before it is needed: it loads Pulumi, which takes longer than to bundle.
    const { bundleFunction } = await import("../function-code.ts");
    const { folder, config, name: project } = await this.#readProject();
    const { transform } = worker;
    const { path } = await bundleFunction({ transform, transformFile: join(folder, "transforms", `${transform}.ts`) });
    const deployed = functionsOf(this.#stack).find(({ outputs }) => outputs.name === worker.functionName);
    if (!deployed) throw new TypeError(`Expected a function ${worker.functionName}, found none.`);
    const options = JSON.parse(config[`${project}:workers`] ?? "{}")[worker.name]?.options;
    const resource = withCode(deployed, { code: new Archive(join(folder, path)), options });
    if (codeDigest(resource) === this.#digests.get(resource.registration.urn)) return false;
    await this.#update(resource);
    return true;
  }

  /**
   * The other half: runs the program without making anything, then makes what is new and updates functions that are others.
   * Gives a sentence for each other difference, which takes a new start. Throws, and changes nothing, if the program fails.
   */
  async redeploy(): Promise<string[]> {
    const { machine, resources, workers, deployment: previous } = this.#stack;
    const { endpoint, region, accountId } = machine.emulator;
    const provider = new LocalProvider({ region, accountId, queueEndpoint: endpoint });
    const remarks: string[] = [];
    const onWarning = (message: string) => {
      if (!previous.warnings.includes(message)) remarks.push(`warning: ${message}`);
    };
    const deployment = await runProgram({ project: await this.#readProject(), provider, seed: 0, onWarning });
    const before = new Map(resources.map((resource) => [resource.registration.urn, resource]));
    for (const resource of provider.deployed) remarks.push(...(await this.#converge(resource, before)));
    await machine.start();

    const now = new Set(provider.deployed.map(({ registration }) => registration.urn));
    const stack = toStack(machine, deployment, [
      ...provider.deployed,
      ...resources.filter(({ registration }) => !now.has(registration.urn)),
    ]);
    const gone = workers.filter(({ name }) => !stack.workers.some((worker) => worker.name === name));
    const added = stack.workers.filter(({ name }) => !workers.some((worker) => worker.name === name));
    this.#stack = { ...stack, workers: [...stack.workers, ...gone] };
    return [
      ...remarks,
      ...added.map(
        ({ name }) => `${name} is a new worker. For uploads that are there already: ${this.#backfill} --worker ${name}`,
      ),
      ...gone.map(({ name }) => `The stack has no worker ${name} any more: it stays until the next start.`),
    ];
  }

  async #converge(resource: Deployed, deployed: ReadonlyMap<string, Deployed>): Promise<string[]> {
    const { urn, type, name } = resource.registration;
    const before = deployed.get(urn);
    const { make, update } = RESOURCE_TYPES[type] ?? {};
    if (!before) {
      await make?.(inputsOf(resource), this.#stack.machine, resource.outputs);
      if (type === FUNCTION_TYPE) this.#digests.set(urn, codeDigest(resource));
      return [];
    }
    const isSameCode = type !== FUNCTION_TYPE || codeDigest(resource) === this.#digests.get(urn);
    if (hasSameInputs(before, resource) && isSameCode) return [];
    if (update) await this.#update(resource);
    else if (make) return [`${type} ${name} is another by now, which takes a new start.`];
    return [];
  }

  async #update(resource: Deployed): Promise<void> {
    const { urn, type } = resource.registration;
    await RESOURCE_TYPES[type]?.update?.(inputsOf(resource), this.#stack.machine, resource.outputs);
    if (type === FUNCTION_TYPE) this.#digests.set(urn, codeDigest(resource));
  }
}

function functionsOf({ resources }: DeployedStack): Deployed[] {
  return resources.filter(({ registration }) => registration.type === FUNCTION_TYPE);
}

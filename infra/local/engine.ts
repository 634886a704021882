import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { messageOf } from "../../runtime/errors.ts";
import { ENGINE_VARIABLE } from "../layer.ts";
import type { Project } from "./engine/project.ts";
import { decodeProperty, redactProperty } from "./engine/property-values.ts";
import { type Provider, type Registration, ROOT_TYPE, urnOf } from "./engine/registration.ts";
import { type RegisterRequest, serve } from "./engine/services.ts";
import { Shuffle } from "./engine/shuffle.ts";

/** What a program registered, in the order in which it was made. */
export interface Deployment {
  readonly registrations: readonly Registration[];
  /** The stack's outputs. */
  readonly outputs: Readonly<Record<string, unknown>>;
  /** What the program warned of, each once. */
  readonly warnings: readonly string[];
}

export interface EngineOptions {
  readonly project: Project;
  readonly provider: Provider;
  /** Decides the order in which independent resources are made. */
  readonly seed: number;
  /** Told of each warning of the program, once and at once. Default: prints it to standard error. */
  readonly onWarning?: (message: string) => void;
}

/**
 * Runs a Pulumi program as the CLI does, in Pulumi's own Node language host, and has each resource made by the provider.
 * Throws an `Error` with the first problem, of the program or of the provider.
 */
export async function runProgram({
  project,
  provider,
  seed,
  onWarning = printWarning,
}: EngineOptions): Promise<Deployment> {
  const registrations = new Map<string, Registration>();
  const problems: string[] = [];
  const warnings = new Set<string>();
  const shuffle = new Shuffle(seed);
  let outputs: Record<string, unknown> = {};

  const registerResource = async (request: RegisterRequest) => {
    const registration = toRegistration(project, request);
    const { urn, type, name } = registration;
    if (registrations.has(urn))
      throw new Error(`Expected resources of different names, received ${type} ${name} twice.`);
    registrations.set(urn, registration);
    if (!registration.custom) return { urn, id: "", object: {} };
    const { id, outputs: object } = await shuffle.run(urn, () => provider.create(registration));
    // Made later than registered: the order of the map is that in which resources were made.
    registrations.delete(urn);
    registrations.set(urn, registration);
    return { urn, id, object };
  };

  const services = await serve({
    registerResource: (request) =>
      registerResource(request).catch((error) => {
        problems.push(`${request.type} ${request.name}: ${messageOf(error)}`);
        host.kill();
        throw error;
      }),
    registerResourceOutputs: (urn, values) => {
      if (registrations.get(urn)?.type === ROOT_TYPE)
        outputs = decodeProperty(values, project.programFolder) as Record<string, unknown>;
    },
    invoke: (token, inputs) => provider.invoke(token, inputs),
    log: (severity, message) => {
      const text = message.trim();
      if (severity === "error") problems.push(text);
      if (severity !== "warning" || warnings.has(text)) return;
      warnings.add(text);
      onWarning(text);
    },
  });
  const host = startLanguageHost(project, services.address);
  try {
    const [exitCode] = await once(host, "exit");
    if (problems.length > 0) throw new Error(problems[0]);
    if (exitCode !== 0) throw new Error(`Expected the program to end with exit code 0, received ${exitCode}.`);
    return { registrations: [...registrations.values()], outputs, warnings: [...warnings] };
  } finally {
    host.kill("SIGKILL");
    services.close();
  }
}

/**
 * Pulumi takes a stack at each resource, and has all its frames translated, which is a fifth of a run. Of an error that nobody
 * foresaw only the place where it was thrown is shown; `pulumi preview` shows all.
 */
const FEW_STACK_FRAMES = "--stack-trace-limit=1";

function printWarning(message: string): void {
  console.error(`warning: ${message}`);
}

function toRegistration({ stack, name: project, programFolder }: Project, request: RegisterRequest): Registration {
  const { type, name, parent, custom, dependencies, usedDependencies, object } = request;
  return {
    urn: urnOf(stack, project, parent, type, name),
    type,
    name,
    custom,
    parent: parent || undefined,
    dependsOn: [...dependencies].sort(),
    onlyOrderedAfter: dependencies.filter((urn) => !usedDependencies.includes(urn)).sort(),
    inputs: decodeProperty(object, programFolder) as Record<string, unknown>,
    shownInputs: redactProperty(object, programFolder) as Record<string, unknown>,
  };
}

/** Starts what `pulumi up` starts, with the arguments of the CLI's own language host. */
function startLanguageHost(
  { folder, name, stack, program, programFolder, nodeArguments, compilesTypeScript, config }: Project,
  address: string,
): ChildProcess {
  const run = createRequire(import.meta.url).resolve("@pulumi/pulumi/cmd/run");
  const flags = {
    monitor: address,
    engine: address,
    project: name,
    stack,
    organization: "organization",
    "root-directory": folder,
    pwd: programFolder,
    parallel: "64",
  };
  const host = spawn(
    process.execPath,
    [
      FEW_STACK_FRAMES,
      ...nodeArguments,
      run,
      ...Object.entries(flags).flatMap(([flag, value]) => [`--${flag}`, value]),
      program,
    ],
    {
      cwd: programFolder,
      stdio: ["ignore", process.stderr, process.stderr],
      env: {
        ...process.env,
        PULUMI_CONFIG: JSON.stringify(config),
        PULUMI_NODEJS_TYPESCRIPT: String(compilesTypeScript),
        [ENGINE_VARIABLE]: "local",
      },
    },
  );
  return host;
}

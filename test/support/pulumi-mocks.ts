import * as pulumi from "@pulumi/pulumi";
import type { MockCallArgs, MockResourceArgs } from "@pulumi/pulumi/runtime/index.js";

/** A resource as the program asked for it. */
export interface RegisteredResource {
  readonly type: string;
  readonly name: string;
  /** Type and name of the component that it belongs to. */
  readonly parent: string | undefined;
  /** Type and name of all that it is made after, sorted. */
  readonly dependsOn: readonly string[];
  readonly protect: boolean;
  readonly inputs: Readonly<Record<string, unknown>>;
}

interface RegisterRequest {
  getType(): string;
  getName(): string;
  getParent(): string;
  getProtect(): boolean;
  getDependenciesList(): string[];
}

/** The part of Pulumi's monitor that every registration goes through. */
interface Monitor {
  registerResource(request: RegisterRequest, callback: unknown): void;
}

export const REGION = "eu-central-1";
export const ACCOUNT = "123456789012";

/**
 * Runs a part of the program in the project `image-machine` and the stack `test`, and answers what it registered once all of it
 * is. Each resource gets its logical name as its physical one, and an ARN or URL of AWS's shape.
 * @param call answers the functions of providers that the program calls; there are none by default
 */
export async function register(
  program: () => unknown,
  call: (args: MockCallArgs) => Record<string, unknown> = refuseCall,
): Promise<readonly RegisteredResource[]> {
  const inputs = new Map<string, Promise<Record<string, unknown>>>();
  const requests: RegisterRequest[] = [];
  const newResource = (args: MockResourceArgs) => {
    inputs.set(label(args.type, args.name), settled(args.inputs));
    return { id: args.name, state: { ...args.inputs, ...outputsOf(args) } };
  };
  await pulumi.runtime.setMocks({ newResource, call }, "image-machine", "test");
  const monitor = pulumi.runtime.getMonitor() as unknown as Monitor;
  const registerResource = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, callback) => {
    requests.push(request);
    registerResource(request, callback);
  };

  await program();
  // Registrations run on their own; this waits for the last of them, and throws what went wrong in any.
  await pulumi.runtime.disconnect();

  return Promise.all(
    requests.map(async (request) => ({
      type: request.getType(),
      name: request.getName(),
      parent: labelOf(request.getParent()),
      dependsOn: request
        .getDependenciesList()
        .map((urn) => String(labelOf(urn)))
        .sort(),
      protect: request.getProtect(),
      inputs: (await inputs.get(label(request.getType(), request.getName()))) ?? {},
    })),
  );
}

/** The one resource of this type and name. */
export function find(resources: readonly RegisteredResource[], type: string, name: string): RegisteredResource {
  const [found, ...others] = resources.filter((resource) => resource.type === type && resource.name === name);
  if (!found || others.length > 0)
    throw new Error(`Expected one ${type} ${name}, found ${others.length + Number(!!found)}.`);
  return found;
}

/** Types and names of all, sorted. */
export function labels(resources: readonly RegisteredResource[]): string[] {
  return resources.map(({ type, name }) => label(type, name)).sort();
}

function label(type: string, name: string): string {
  return `${type} ${name}`;
}

function labelOf(urn: string): string | undefined {
  const [, , types, name] = urn.split("::");
  return types === undefined || name === undefined ? undefined : label(types.split("$").at(-1) ?? "", name);
}

function outputsOf({ type, name, inputs }: MockResourceArgs): Record<string, unknown> {
  const physical = inputs.name ?? inputs.layerName ?? name;
  const arn = (service: string, resource: string) => `arn:aws:${service}:${REGION}:${ACCOUNT}:${resource}`;
  const outputs: Record<string, Record<string, unknown>> = {
    "aws:s3/bucket:Bucket": { bucket: name, arn: `arn:aws:s3:::${name}` },
    "aws:sns/topic:Topic": { name: physical, arn: arn("sns", physical) },
    "aws:sqs/queue:Queue": {
      name: physical,
      arn: arn("sqs", physical),
      url: `https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/${physical}`,
    },
    "aws:cloudwatch/eventRule:EventRule": { name: physical, arn: arn("events", `rule/${physical}`) },
    "aws:iam/role:Role": { name: physical, arn: `arn:aws:iam::${ACCOUNT}:role/${physical}` },
    "aws:cloudwatch/metricAlarm:MetricAlarm": { arn: arn("cloudwatch", `alarm:${physical}`) },
    "aws:cloudwatch/logGroup:LogGroup": { arn: arn("logs", `log-group:${physical}`) },
    "aws:kms/key:Key": { keyId: name, arn: arn("kms", `key/${name}`) },
    "aws:lambda/layerVersion:LayerVersion": { arn: arn("lambda", `layer:${physical}:1`) },
    "aws:lambda/function:Function": { arn: arn("lambda", `function:${physical}`) },
  };
  return outputs[type] ?? {};
}

/** Paths of archives arrive as promises. */
async function settled(inputs: Record<string, unknown>): Promise<Record<string, unknown>> {
  const entries = Object.entries(inputs).map(async ([name, value]) => {
    return [name, value instanceof pulumi.asset.FileArchive ? { path: await value.path } : value] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

function refuseCall({ token }: MockCallArgs): never {
  throw new Error(`Expected no call of a provider's function, received ${token}.`);
}

import { relative } from "node:path";
import { CodeFiles } from "../code-files.ts";
import { type Project, readProject } from "./engine/project.ts";
import { Archive } from "./engine/property-values.ts";
import { type Registration, shortUrn } from "./engine/registration.ts";
import { runProgram } from "./engine.ts";
import { LocalProvider } from "./local-provider.ts";
import type { Place } from "./resource-type.ts";

/** A resource as a plan shows it. */
export interface PlannedResource {
  readonly type: string;
  readonly name: string;
  /** `type::name` of the component it belongs to, `null` for the stack itself. */
  readonly parent: string | null;
  /** `type::name` of all it is ordered after. */
  readonly dependsOn: readonly string[];
  /** Secrets redacted, policies as JSON text, code as `PlannedCode`. */
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** A function's or a layer's code as a plan shows it. */
export interface PlannedCode {
  /** The folder, relative to the project. */
  readonly path: string;
  /** Of the names and bytes of all files. A layer's folder is named by the digest of what it is made of, made or not. */
  readonly sha256: string;
  /** Of all files; `null` for a layer that is not made. */
  readonly bytes: number | null;
  /** Of the zip file that Pulumi uploads, about; `null` for a layer that is not made. */
  readonly zippedBytes: number | null;
}

/** Where a plan's resources would be: nowhere, so the account is one that AWS never gives. */
const PLACE: Place = {
  region: "us-east-1",
  accountId: "000000000000",
  queueEndpoint: "https://sqs.us-east-1.amazonaws.com",
};

export interface PlanOptions {
  /** What the stack is configured by, in place of Pulumi.STACK.yaml. */
  readonly configFile?: string | undefined;
  /** Decides the order in which independent resources are registered. @default 0 */
  readonly seed?: number;
}

/** What the program of a folder registers for a stack; nothing is created. Throws what the program or AWS would refuse. */
export async function plan(
  folder: string,
  stack: string,
  { configFile, seed = 0 }: PlanOptions = {},
): Promise<PlannedResource[]> {
  const project = await readProject(folder, stack, configFile);
  const region = project.config["aws:region"] ?? PLACE.region;
  const place = { ...PLACE, region, queueEndpoint: `https://sqs.${region}.amazonaws.com` };
  const { registrations } = await runProgram({ project, provider: new LocalProvider(place), seed });
  return toPlan(registrations, project);
}

/** Registrations in an order that does not depend on that in which they were made: by parent, type and name. */
function toPlan(registrations: readonly Registration[], { folder }: Project): PlannedResource[] {
  const path = ({ urn, parent = "" }: Registration): string => {
    const above = registrations.find((registration) => registration.urn === parent);
    return above ? `${path(above)}\n${shortUrn(urn)}` : shortUrn(urn);
  };
  const sorted = registrations
    .map((registration) => ({ registration, path: path(registration) }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
  return sorted.map(({ registration: { type, name, parent, dependsOn, shownInputs } }) => ({
    type,
    name,
    parent: parent ? shortUrn(parent) : null,
    dependsOn: dependsOn.map(shortUrn).sort(),
    inputs: showCode(shownInputs, folder) as Record<string, unknown>,
  }));
}

function showCode(value: unknown, folder: string): unknown {
  if (value instanceof Archive) return toPlannedCode(value, folder);
  if (Array.isArray(value)) return value.map((item) => showCode(item, folder));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, item]) => [name, showCode(item, folder)]));
}

function toPlannedCode({ path }: Archive, folder: string): PlannedCode {
  const files = CodeFiles.at(path);
  const shown = relative(folder, path).replaceAll("\\", "/");
  const [, address] = /-([0-9a-f]{16})$/.exec(path) ?? [];
  const sha256 = address ?? files?.sha256;
  if (sha256 === undefined) throw new TypeError(`Expected code in ${shown}, found none.`);
  return {
    path: shown,
    sha256,
    bytes: files?.bytes ?? null,
    zippedBytes: files?.zippedBytes ?? null,
  };
}

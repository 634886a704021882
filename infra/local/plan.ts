import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
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
  /** Secrets redacted, policies as JSON text, code as `{ path, sha256 }`. */
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** Where a plan's resources would be: nowhere, so the account is one that AWS never gives. */
const PLACE: Place = {
  region: "us-east-1",
  accountId: "000000000000",
  queueEndpoint: "https://sqs.us-east-1.amazonaws.com",
};

/** What the program of a folder registers for a stack; nothing is created. Throws what the program or AWS would refuse. */
export async function plan(folder: string, stack: string): Promise<PlannedResource[]> {
  const project = await readProject(folder, stack);
  const region = project.config["aws:region"] ?? PLACE.region;
  const place = { ...PLACE, region, queueEndpoint: `https://sqs.${region}.amazonaws.com` };
  const { registrations } = await runProgram({ project, provider: new LocalProvider(place), seed: 0 });
  return toPlan(registrations, project);
}

/** Registrations in an order that does not depend on that in which they were made: by parent, type and name. */
async function toPlan(registrations: readonly Registration[], { folder }: Project): Promise<PlannedResource[]> {
  const path = ({ urn, parent = "" }: Registration): string => {
    const above = registrations.find((registration) => registration.urn === parent);
    return above ? `${path(above)}\n${shortUrn(urn)}` : shortUrn(urn);
  };
  const sorted = registrations
    .map((registration) => ({ registration, path: path(registration) }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
  return Promise.all(
    sorted.map(async ({ registration: { type, name, parent, dependsOn, shownInputs } }) => ({
      type,
      name,
      parent: parent ? shortUrn(parent) : null,
      dependsOn: dependsOn.map(shortUrn).sort(),
      inputs: (await showCode(shownInputs, folder)) as Record<string, unknown>,
    })),
  );
}

async function showCode(value: unknown, folder: string): Promise<unknown> {
  if (value instanceof Archive) {
    return { path: relative(folder, value.path).replaceAll("\\", "/"), sha256: await folderDigest(value.path) };
  }
  if (Array.isArray(value)) return Promise.all(value.map((item) => showCode(item, folder)));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(
    await Promise.all(entries.map(async ([name, item]) => [name, await showCode(item, folder)] as const)),
  );
}

/** Of the names and bytes of all files. A layer's folder is named by the digest of what it is made of, built or not. */
async function folderDigest(folder: string): Promise<string> {
  const [, address] = /-([0-9a-f]{16})$/.exec(folder) ?? [];
  if (address) return address;
  const hash = createHash("sha256");
  for (const file of (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()) {
    hash.update(`${relative(folder, file).replaceAll("\\", "/")}\0`).update(
      createHash("sha256")
        .update(await readFile(file))
        .digest(),
    );
  }
  return hash.digest("hex");
}

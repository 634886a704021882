import { mkdir, mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Archive } from "../../../../infra/local/engine/property-values.ts";
import { LocalProvider } from "../../../../infra/local/local-provider.ts";
import { WORKER_ROLE_TRUST } from "../../../../infra/policies.ts";

const PLACE = { region: "us-east-1", accountId: "000000000000", queueEndpoint: "https://sqs.us-east-1.amazonaws.com" };
const MIB = 1024 * 1024;

let folder: string;
let provider: LocalProvider;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "code-"));
  provider = new LocalProvider(PLACE);
});
afterEach(() => rm(folder, { recursive: true }));

/** A folder of one file, which takes no space on disk. */
async function code(name: string, bytes: number): Promise<Archive> {
  await mkdir(join(folder, name));
  await writeFile(join(folder, name, "index.cjs"), "");
  await truncate(join(folder, name, "index.cjs"), bytes);
  return new Archive(join(folder, name));
}

async function create(type: string, inputs: Record<string, unknown>): Promise<string> {
  const name = String(inputs.name);
  const urn = `urn:pulumi:dev::project::${type}::${name}`;
  const registration = { urn, type, name, custom: true, parent: undefined, dependsOn: [], inputs, shownInputs: inputs };
  const { outputs } = await provider.create(registration);
  return String(outputs.arn);
}

const createLayer = async (name: string, bytes: number) =>
  create("aws:lambda/layerVersion:LayerVersion", { name, layerName: name, code: await code(name, bytes) });

async function createFunction(bytes: number, layers: readonly string[]): Promise<string> {
  const role = await create("aws:iam/role:Role", { name: "role", assumeRolePolicy: WORKER_ROLE_TRUST });
  return create("aws:lambda/function:Function", { name: "work", role, layers, code: await code("work", bytes) });
}

describe("code", () => {
  it("may be 250 MiB with five layers", async () => {
    const layers = await Promise.all([1, 2, 3, 4, 5].map((number) => createLayer(`layer-${number}`, 49 * MIB)));

    await expect(createFunction(5 * MIB, layers)).resolves.toMatch(/:function:work$/);
  });

  it("may not be larger with its layers", async () => {
    const layers = await Promise.all([1, 2, 3, 4, 5].map((number) => createLayer(`layer-${number}`, 49 * MIB)));

    await expect(createFunction(5 * MIB + 1, layers)).rejects.toThrow(
      "Expected the function's code and its layers to have at most 262144000 bytes together, which is what Lambda takes, received 262144001.",
    );
  });

  it("may not have six layers", async () => {
    const layers = await Promise.all([1, 2, 3, 4, 5, 6].map((number) => createLayer(`layer-${number}`, 1)));

    await expect(createFunction(1, layers)).rejects.toThrow(/at most 5 layers, .* received 6\.$/);
  });

  it("may not be larger by itself", async () => {
    await expect(createFunction(251 * MIB, [])).rejects.toThrow(/^Expected the function's code to have at most/);
    await expect(createLayer("large", 251 * MIB)).rejects.toThrow(/^Expected the layer's code to have at most/);
  });

  it("need not be there for a layer, which this machine has its own of", async () => {
    const missing = { name: "packages", layerName: "packages", code: new Archive(join(folder, "not-made")) };
    const layer = await create("aws:lambda/layerVersion:LayerVersion", missing);

    await expect(createFunction(1, [layer])).resolves.toMatch(/:function:work$/);
  });
});

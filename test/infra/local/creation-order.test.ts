import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runProgram } from "../../../infra/local/engine.ts";
import { readProject } from "../../../infra/local/engine/project.ts";
import type { Registration } from "../../../infra/local/engine/registration.ts";
import { firstBySeed } from "../../../infra/local/engine/shuffle.ts";
import { LocalProvider } from "../../../infra/local/local-provider.ts";
import { copyProject, type ProjectCopy } from "../../support/project-copy.ts";

const PLACE = { region: "eu-central-1", accountId: "000000000000", queueEndpoint: "https://sqs.eu-central-1.amazonaws.com" };
const SEEDS = Array.from({ length: 100 }, (_, seed) => seed);

let project: ProjectCopy;
beforeAll(async () => {
  project = await copyProject();
});
afterAll(() => project[Symbol.asyncDispose]());

async function register(): Promise<Registration[]> {
  // In the order of the program's lines all is well, so that every resource gets registered.
  const patient = { create: new LocalProvider(PLACE).create, invoke: new LocalProvider(PLACE).invoke };
  const provider = new LocalProvider(PLACE);
  void patient;
  const { registrations } = await runProgram({ project: await readProject(project.folder, "dev"), provider, seed: 0 });
  return registrations.filter(({ custom }) => custom);
}

/** Makes the resources in an order of a seed that respects nothing but what each says it depends on. */
async function replay(registrations: readonly Registration[], seed: number): Promise<string | undefined> {
  const provider = new LocalProvider(PLACE);
  const waiting = [...registrations];
  const made = new Set<string>();
  const exists = new Set(registrations.map(({ urn }) => urn));
  while (waiting.length > 0) {
    const ready = waiting.filter(({ dependsOn }) => dependsOn.every((urn) => made.has(urn) || !exists.has(urn)));
    const next = firstBySeed(seed, ready);
    if (!next) throw new Error("Expected an order without cycles.");
    try {
      await provider.create(next);
    } catch (error) {
      return `${next.name} ${next.type}: ${error}`;
    }
    made.add(next.urn);
    waiting.splice(waiting.indexOf(next), 1);
  }
}

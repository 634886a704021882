import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readProject } from "../../../../infra/local/engine/project.ts";
import { readStackConfig } from "../../../../infra/local/engine/stack-config.ts";

const PROJECT = "name: machine\nmain: infra/index.ts\nruntime: { name: nodejs }\n";

let folder: string;
let file: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "stack-"));
  file = join(folder, "stack.yaml");
});
afterAll(() => rm(folder, { recursive: true }));

const messageOf = (reading: Promise<unknown>): Promise<string> =>
  reading.then(
    () => expect.unreachable("it was read"),
    (error: Error) => error.message,
  );

describe("a stack's configuration", () => {
  it("is text, in the project's name where it has none", async () => {
    await writeFile(
      file,
      "config:\n  aws:region: eu-west-1\n  days: 7\n  flag: false\n  none:\n  map: { a: [1, x] }\n",
    );

    expect(await readStackConfig(file, "machine")).toEqual({
      "aws:region": "eu-west-1",
      "machine:days": "7",
      "machine:flag": "false",
      "machine:none": "",
      "machine:map": '{"a":[1,"x"]}',
    });
  });

  it.each(["", "encryptionsalt: v1\n", "config:\n"])("may be empty, as of the file %j", async (text) => {
    await writeFile(file, text);

    expect(await readStackConfig(file, "machine")).toEqual({});
  });

  it.each([
    ["text that is no YAML", "config: [\n", /^Expected YAML in FILE: .+ at line 2, column 1\.$/],
    [
      "a key that is there twice",
      "config:\n  a: 1\n  a: 2\n",
      /^Expected YAML in FILE: Map keys must be unique at line 3/,
    ],
    ["a tag that nobody knows", "config:\n  a: !secret word\n", /^Expected YAML in FILE: Unresolved tag: !secret/],
    ["a list", "- config\n", /^Expected a map in FILE, received \["config"\]\.$/],
    ["a list of settings", "config: [a]\n", /^Expected a map for config in FILE, received \["a"\]\.$/],
    [
      "a key of three parts",
      "config:\n  a:b:c: 1\n",
      /^Expected keys of the form namespace:name, received a:b:c in FILE\.$/,
    ],
    [
      "a secret",
      "config:\n  mail: { secure: v1:abc }\n",
      /^Expected a plain value for mail, received a secret, which only the Pulumi CLI can decrypt, in FILE\.$/,
    ],
    [
      "a secret inside",
      "config:\n  mail: { to: [{ secure: v1:abc }] }\n",
      /^Expected a plain value for mail, received a secret/,
    ],
    ["a number that is none", "config:\n  map: { a: .nan }\n", /^Expected a value that JSON has a word for, for map, /],
    ["an environment", "environment: [prod]\nconfig: {}\n", /^Expected no environment in FILE: only the Pulumi CLI/],
  ])("is refused in one line for %s", async (_, text, message) => {
    await writeFile(file, text);

    const refusal = await messageOf(readStackConfig(file, "machine"));

    expect(refusal.replace(file, "FILE")).toMatch(message);
    expect(refusal.split("\n")).toHaveLength(1);
  });
});

describe("a project", () => {
  it("is configured by the file of its stack, or by another one", async () => {
    await writeFile(join(folder, "Pulumi.yaml"), PROJECT);
    await writeFile(join(folder, "Pulumi.dev.yaml"), "config: { a: dev }\n");
    await writeFile(file, "config: { a: other }\n");

    expect((await readProject(folder, "dev")).config).toEqual({ "machine:a": "dev" });
    expect(await readProject(folder, "nowhere", file)).toMatchObject({
      stack: "nowhere",
      config: { "machine:a": "other" },
    });
  });

  it("is not configured by a file that is not there, or has nothing to say", async () => {
    await writeFile(join(folder, "Pulumi.yaml"), PROJECT);
    await writeFile(file, "workers: {}\n");

    expect(await messageOf(readProject(folder, "nowhere"))).toBe(`Expected a file Pulumi.nowhere.yaml in ${folder}.`);
    expect(await messageOf(readProject(folder, "dev", join(folder, "none.yaml")))).toBe(
      `Expected a file none.yaml in ${folder}.`,
    );
    expect(await messageOf(readProject(folder, "dev", file))).toBe(`Expected a map for config in ${file}, found none.`);
  });

  it.each([
    [
      "of another language",
      PROJECT.replace("nodejs", "python"),
      /^Expected Pulumi\.yaml to have .* a runtime named nodejs\.$/,
    ],
    ["that configures stacks itself", `${PROJECT}config: { a: 1 }\n`, /^Expected Pulumi\.yaml to have no config:/],
  ])("is refused if it is one %s", async (_, text, message) => {
    await writeFile(join(folder, "Pulumi.yaml"), text);

    expect(await messageOf(readProject(folder, "dev", file))).toMatch(message);
  });
});

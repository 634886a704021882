import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import packageJson from "../package.json" with { type: "json" };
import { IMPORT_RULES, type ImportRuleName } from "./support/import-rules.ts";
import { importsOf } from "./support/imports.ts";
import { PROJECT_ROOT, projectFiles, readSources } from "./support/project-files.ts";
import { copyleft, looseVersions, strayEntries } from "./support/project-rules.ts";

const NAMES = Object.keys(IMPORT_RULES) as ImportRuleName[];

const SOURCES = readSources();

/** Files that break a rule, and how the rule says it. */
const COUNTER_EXAMPLES: Readonly<Record<ImportRuleName, { files: Record<string, string>; breaches: string[] }>> = {
  "lets transforms/ import the contract alone, and packages that only compute": {
    files: {
      "transforms/a.ts": 'import type { Sharp } from "sharp"; export * from "../runtime/gif.ts"; import "thumbhash";',
      "transforms/b.ts":
        'import "node:fs/promises"; import "@aws-sdk/client-s3"; import "./a.ts"; import "@a/b/c.json";',
    },
    breaches: [
      "transforms/a.ts imports sharp",
      "transforms/a.ts imports runtime/gif.ts",
      "transforms/b.ts imports node:fs",
      "transforms/b.ts imports @aws-sdk/client-s3",
      "transforms/b.ts imports transforms/a.ts",
    ],
  },
  "lets runtime/ import neither infra/ nor transforms/ nor test/": {
    files: { "runtime/gif/a.ts": 'import "../../infra/a.ts"; const a = await import("../../transforms/a.ts");' },
    breaches: ["runtime/gif/a.ts imports infra/a.ts", "runtime/gif/a.ts imports transforms/a.ts"],
  },
  "lets infra/ import no transform": {
    files: { "infra/a.ts": 'import thumbnail from "../transforms/thumbnail.ts";' },
    breaches: ["infra/a.ts imports transforms/thumbnail.ts"],
  },
  "lets nothing outside test/ import test/": {
    files: { "a.config.ts": 'import a from "./test/a.ts";', "test/b.ts": 'import a from "./a.ts";' },
    breaches: ["a.config.ts imports test/a.ts"],
  },
  "lets nothing outside infra/local/ import the local engine": {
    files: { "infra/a.ts": 'import "./local/plan.ts";', "infra/local/a.ts": 'import "./plan.ts"; import "../a.ts";' },
    breaches: ["infra/a.ts imports infra/local/plan.ts"],
  },
  "keeps tsyringe in the container": {
    files: {
      "runtime/a.ts": 'import { inject } from "tsyringe";',
      "runtime/container.ts": 'import { inject } from "tsyringe";',
    },
    breaches: ["runtime/a.ts imports tsyringe"],
  },
  "loads sharp from the source alone": {
    files: {
      "infra/a.ts": 'import { type Sharp } from "sharp";',
      "runtime/b.ts": 'import type { Sharp } from "sharp"; let image: import("sharp").Sharp;',
      "runtime/source.ts": 'import sharp from "sharp";',
    },
    breaches: ["infra/a.ts imports sharp"],
  },
  "loads no sharp with a transform or the registry": {
    files: {
      "transforms/a.ts": 'import { a } from "../runtime/contract.ts";',
      "runtime/contract.ts": 'import type { b } from "./source.ts"; export { a } from "./a.ts";',
      "runtime/a.ts": 'import { b } from "./source.ts";',
      "runtime/registry.ts": 'import type { b } from "./source.ts";',
    },
    breaches: ["transforms/a.ts loads runtime/contract.ts loads runtime/a.ts loads runtime/source.ts"],
  },
  "loads the files of runtime/ in no circle": {
    files: {
      "runtime/a.ts": 'import { b } from "./b/b.ts";',
      "runtime/b/b.ts": 'import { c } from "../c.ts";',
      "runtime/c.ts": 'import type { a } from "./a.ts"; import "./b/b.ts";',
    },
    breaches: [
      "runtime/b/b.ts loads runtime/c.ts loads runtime/b/b.ts",
      "runtime/c.ts loads runtime/b/b.ts loads runtime/c.ts",
    ],
  },
};

describe("the project", () => {
  it("is read in full", () => {
    expect(SOURCES.size).toBeGreaterThan(50);
    expect(importsOf(SOURCES)).toContainEqual({ from: "runtime/source.ts", to: "sharp", isValue: true });
    expect(importsOf(SOURCES)).toContainEqual({ from: "runtime/contract.ts", to: "sharp", isValue: false });
  });

  it.each(NAMES)("%s", (rule) => {
    expect(IMPORT_RULES[rule](SOURCES)).toEqual([]);
  });

  it("pins every package to one version", () => {
    const { dependencies, devDependencies } = packageJson;

    expect(looseVersions({ ...dependencies, ...devDependencies })).toEqual([]);
  });

  it("asks nobody to accept the GPL", () => {
    const names = Object.keys(packageJson.dependencies);

    const licences = Object.fromEntries(names.map((name) => [name, licenceOf(name)]));

    expect(copyleft(licences)).toEqual([]);
  });

  it("has nothing at its top level but what its readers and tools expect there", () => {
    expect(strayEntries(projectFiles())).toEqual([]);
  });
});

describe("a rule about the project", () => {
  it.each(NAMES)('finds what breaks "%s"', (rule) => {
    const { files, breaches } = COUNTER_EXAMPLES[rule];

    expect(IMPORT_RULES[rule](new Map(Object.entries(files)))).toEqual(breaches);
  });

  it("tells a version from a range", () => {
    const versions = { a: "1.2.3", b: "^1.2.3", c: "1.x", d: "latest", e: "2.0.0-beta.1", f: "github:a/b" };

    expect(looseVersions(versions)).toEqual(["b@^1.2.3", "c@1.x", "d@latest", "f@github:a/b"]);
  });

  it("tells the GPL from other licences", () => {
    const licences = { a: "MIT", b: "GPL-3.0", c: "(MIT OR GPL-2.0)", d: "AGPL-3.0-only", e: "LGPL-3.0", f: undefined };

    expect(copyleft(licences)).toEqual(["b: GPL-3.0", "d: AGPL-3.0-only", "f: no licence"]);
  });

  it("tells strays at the top level from files in the folders", () => {
    expect(strayEntries(["infra/utils/a.ts", "README.md", "src/a.ts", "notes.md", "src/b.ts"])).toEqual([
      "notes.md",
      "src",
    ]);
  });
});

function licenceOf(name: string): string | undefined {
  return JSON.parse(readFileSync(join(PROJECT_ROOT, "node_modules", name, "package.json"), "utf8")).license;
}

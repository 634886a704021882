import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { sniff } from "../../runtime/media-type.ts";
import { readTransforms } from "../../runtime/registry.ts";
import { benchPicture } from "../bench/report/picture.ts";
import { README_PICTURE, README_RESULTS } from "../bench/report/readme.ts";
import { fixture } from "../support/fixtures.ts";
import { copyProject } from "../support/project-copy.ts";
import { outputsOf } from "../support/run.ts";
import { withTables } from "./tables.ts";

const root = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const read = (path: string) => readFile(root(path), "utf8");

describe("README.md", () => {
  it("has the tables that npm run docs would write", async () => {
    const readme = await read("README.md");

    const written = withTables(readme, await readTransforms(root("transforms")));

    expect(readme).toBe(written);
  });

  it("shows the picture of the comparison that its table is of", async () => {
    const results = JSON.parse(await read(README_RESULTS));

    expect(await read(README_PICTURE)).toBe(benchPicture(results));
  });

  it("shows a transform that works", async () => {
    const [, name = "", code = ""] =
      /```ts\n\/\/ transforms\/([a-z-]+)\.ts\n(.*?)```/s.exec(await read("README.md")) ?? [];
    await using project = await copyProject();
    await project.write(`transforms/${name}.ts`, code);

    const transforms = await readTransforms(join(project.folder, "transforms"));
    const outputs = await outputsOf(transforms.get(name), await fixture("jpeg"));

    expect([...outputs].map(([variant, body]) => `${variant} ${sniff(body)}`)).toEqual(["gray image/jpeg"]);
  });

  it.each(["README.md", "CONTRIBUTING.md"])("names only scripts that there are in %s", async (file) => {
    const { scripts } = JSON.parse(await read("package.json"));

    const named = [...(await read(file)).matchAll(/npm run (?:-s )?([a-z]+)/g)].map(([, script]) => script ?? "");

    expect(named.filter((script) => !Object.hasOwn(scripts, script))).toEqual([]);
  });
});

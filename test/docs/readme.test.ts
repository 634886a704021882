import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { readTransforms } from "../../runtime/registry.ts";
import { withTransformTable } from "./transform-table.ts";

const root = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

describe("README.md", () => {
  it("has the table of transforms that npm run docs would write", async () => {
    const readme = await readFile(root("README.md"), "utf8");
    const transforms = await readTransforms(root("transforms"));

    const written = withTransformTable(readme, transforms.entries());

    expect(readme).toBe(written);
  });

  it("names only scripts that package.json has", async () => {
    const readme = `${await readFile(root("README.md"), "utf8")}${await readFile(root("CONTRIBUTING.md"), "utf8")}`;
    const { scripts } = JSON.parse(await readFile(root("package.json"), "utf8"));

    const named = [...readme.matchAll(/npm run ([a-z]+)/g)].map(([, script]) => script);

    expect(named.filter((script) => !Object.hasOwn(scripts, String(script)))).toEqual([]);
  });
});

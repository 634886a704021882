import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DEFLATED_DATA } from "../../infra/deflated-data.ts";
import { FUNCTION_BUILD } from "../../infra/function-build.ts";

const LARGE = { names: Array.from({ length: 5_000 }, (_, index) => `"été" ${index} 日本`) };
const SMALL = { name: "some unlikely text" };

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "deflated-data-"));
  await writeFile(join(folder, "large.json"), JSON.stringify(LARGE, undefined, 2));
  await writeFile(join(folder, "marked.json"), `\uFEFF${JSON.stringify(LARGE)}`);
  await writeFile(join(folder, "small.json"), JSON.stringify(SMALL));
});

afterAll(() => rm(folder, { recursive: true }));

async function bundled(contents: string): Promise<{ text: string; exported: unknown }> {
  const stdin = { contents, resolveDir: folder, sourcefile: "entry.mts" };
  const { outputFiles } = await build({ ...FUNCTION_BUILD, alias: {}, stdin });
  const text = outputFiles[0]?.text ?? "";
  const file = join(folder, "bundle.cjs");
  await writeFile(file, text);
  const require = createRequire(file);
  delete require.cache[file];
  return { text, exported: require(file) };
}

describe("data in a function's code", () => {
  it.each([
    'import data from "./large.json" with { type: "json" }; export { data };',
    'export const data = require("./large.json");',
    'export const data = require("./marked.json");',
  ])("is what it is in its file, and much smaller, by %s", async (contents) => {
    const { text, exported } = await bundled(contents);

    expect(exported).toEqual({ data: LARGE });
    expect(text.length).toBeLessThan(JSON.stringify(LARGE).length / 3);
    expect((await bundled(contents)).text).toBe(text);
  });

  it("is text where it is imported as text", async () => {
    const { exported } = await bundled('import data from "./large.json" with { type: "text" }; export { data };');

    expect(exported).toEqual({ data: JSON.stringify(LARGE, undefined, 2) });
  });

  it("stays readable if it is small", async () => {
    const { text, exported } = await bundled('import data from "./small.json" with { type: "json" }; export { data };');

    expect(exported).toEqual({ data: SMALL });
    expect(text).toContain(SMALL.name);
  });

  it("is part of what the settings of a bundle say", () => {
    expect(JSON.stringify(FUNCTION_BUILD)).toContain(JSON.stringify(DEFLATED_DATA.name));
  });
});

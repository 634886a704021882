import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { isBuiltin } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { CodeFiles } from "../../infra/code-files.ts";
import { bundleFunction, bundleNotifier } from "../../infra/function-code.ts";
import { PROJECT_ROOT } from "../../infra/project-root.ts";

const CONTRACT = fileURLToPath(new URL("../../runtime/contract.ts", import.meta.url));

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "function-code-"));
});

afterAll(() => rm(folder, { recursive: true }));

describe("a function's code", () => {
  it("is one file, with its digest and size", async () => {
    const { path } = await bundle("alpha", transform("marker-alpha"));
    await writeFile(join(PROJECT_ROOT, path, "index.mjs"), "left behind");
    const code = await bundle("alpha", transform("marker-alpha"));

    const bytes = await readFile(join(PROJECT_ROOT, code.path, "index.cjs"));

    expect(await readdir(join(PROJECT_ROOT, code.path))).toEqual(["index.cjs"]);
    expect({ sha256: code.sha256, bytes: code.bytes }).toEqual({
      sha256: createHash("sha256").update(bytes).digest("hex"),
      bytes: bytes.length,
    });
  });

  it("has its own transform and no other one, and its name and digest", async () => {
    const source = transform("marker-alpha");
    await bundle("beta", transform("marker-beta"));
    const text = await textOf(await bundle("alpha", source));

    expect(text).toContain("marker-alpha");
    expect(text).not.toContain("marker-beta");
    expect(text).toContain(createHash("sha256").update(source).digest("hex"));
    expect(text).toMatch(/name:"alpha"/);
  });

  it("brings everything but Node's own modules and the layer's packages", async () => {
    const text = await textOf(await bundle("alpha", transform("marker-alpha")));

    // In brackets it is advice: a message of the AWS SDK's.
    const required = [...text.matchAll(/[^[\w.]require\("([^"]+)"\)/g)].map(([, name]) => String(name));

    expect([...new Set(required.filter((name) => !isBuiltin(name)))]).toEqual(["sharp"]);
  });

  it("is the same, byte for byte, wherever and beside whatever settings of a compiler its sources lie", async () => {
    const elsewhere = await mkdtemp(join(folder, "a-longer-name-"));
    await writeFile(
      join(elsewhere, "tsconfig.json"),
      '{ "compilerOptions": { "target": "ES5", "alwaysStrict": true } }',
    );

    const codes = [
      await bundle("alpha", transform("marker-alpha")),
      await bundle("alpha", transform("marker-alpha"), elsewhere),
    ];

    expect(codes[1]?.sha256).toBe(codes[0]?.sha256);
  });

  it("is the same on a machine whose lines end otherwise", async () => {
    const unix = await bundle("alpha", transform("marker-alpha"));
    const windows = await bundle("alpha", transform("marker-alpha").replaceAll("\n", "\r\n"));

    expect(windows.sha256).toBe(unix.sha256);
  });

  it("names no folder of the machine it was made on", async () => {
    const text = await textOf(await bundle("alpha", transform("marker-alpha")));

    expect(text).not.toContain(PROJECT_ROOT);
    expect(text).not.toContain(folder);
  });

  it("is not written again while it stays the same", async () => {
    const { path } = await bundle("alpha", transform("marker-alpha"));
    const file = join(PROJECT_ROOT, path, "index.cjs");
    const longAgo = new Date("2020-01-01T00:00:00Z");
    await utimes(file, longAgo, longAgo);

    await bundle("alpha", transform("marker-alpha"));
    const kept = (await stat(file)).mtime;
    await bundle("alpha", transform("marker-changed"));
    const written = (await stat(file)).mtime;

    expect(kept).toEqual(longAgo);
    expect(written).not.toEqual(longAgo);
  });

  it("changes with every change of its transform's text, and with no change of another's", async () => {
    const before = [await bundle("alpha", transform("one")), await bundle("beta", transform("other"))];
    const after = [
      await bundle("alpha", `${transform("one")}// A remark.\n`),
      await bundle("beta", transform("other")),
    ];

    expect(after[0]?.sha256).not.toBe(before[0]?.sha256);
    expect(after[1]?.sha256).toBe(before[1]?.sha256);
  });

  it("is refused with its transform's name if it is more than Lambda takes", async () => {
    const bytes = vi.spyOn(CodeFiles.prototype, "bytes", "get").mockReturnValue(262_144_001);

    const bundling = bundle("alpha", transform("marker-alpha"));

    await expect(bundling).rejects.toThrow(
      /^Expected the code of transforms\/alpha\.ts to have at most 262144000 bytes, .*, received 262144001\.$/,
    );
    bytes.mockRestore();
  });

  it("of the notifier brings all that it needs, and neither sharp nor a transform", async () => {
    const code = await bundleNotifier(join(folder, "notifier"));
    const text = await textOf(code);

    const required = [...text.matchAll(/[^[\w.]require\("([^"]+)"\)/g)].map(([, name]) => String(name));

    expect(required.filter((name) => !isBuiltin(name))).toEqual([]);
    expect(text).toContain("NOTIFIER_SETTINGS");
    expect(text).not.toContain("WORKER_SETTINGS");
    expect(await bundleNotifier(join(folder, "another"))).toMatchObject({ sha256: code.sha256, bytes: text.length });
  });

  it("changes its digest with a package that its transform imports", async () => {
    const source = `import { hash } from "a-package";\n${transform("marker-alpha")}`;
    const digests: (string | undefined)[] = [];
    for (const version of ["one", "two", "one"]) {
      await mkdir(join(folder, "node_modules/a-package"), { recursive: true });
      await writeFile(
        join(folder, "node_modules/a-package/index.js"),
        `export const hash = ${JSON.stringify(version)};`,
      );
      digests.push(/sourceDigest:"(\w{64})"/.exec(await textOf(await bundle("alpha", source)))?.[1]);
    }

    expect(digests[0]).toMatch(/^\w+$/);
    expect(digests[1]).not.toBe(digests[0]);
    expect(digests[2]).toBe(digests[0]);
  });

  it("is made of every transform there is, packages included", async () => {
    const transforms = await readdir(join(PROJECT_ROOT, "transforms"));

    const codes = transforms.map((file) =>
      bundleFunction({
        transform: file.slice(0, -".ts".length),
        transformFile: join(PROJECT_ROOT, "transforms", file),
        outputFolder: join(folder, "functions"),
      }),
    );

    for (const { bytes } of await Promise.all(codes)) expect(bytes).toBeLessThan(2_000_000);
  });

  it("is refused with the transform's name if something it imports is missing", async () => {
    const source = `import "a-package-that-is-not-there";\n${transform("marker-alpha")}`;

    await expect(bundle("alpha", source)).rejects.toThrow(
      /^transforms\/alpha\.ts can't be bundled: .*Could not resolve "a-package-that-is-not-there"/s,
    );
  });
});

async function bundle(name: string, source: string, sources = folder) {
  const transformFile = join(sources, `${name}.ts`);
  await writeFile(transformFile, source);
  return bundleFunction({ transform: name, transformFile, outputFolder: join(folder, "functions") });
}

function transform(marker: string): string {
  return `
    import { defineTransform, options } from ${JSON.stringify(CONTRACT)};
    export default defineTransform({
      summary: "${marker}.",
      accepts: ["image/png"],
      options: options({}),
      variants: () => [{ name: "same", format: "source" }],
      limits: { memoryMb: 512, timeoutSeconds: 10 },
      async *transform(source) {
        yield { variant: "same", body: await source.image().toBuffer() };
      },
    });
  `;
}

function textOf({ path }: { path: string }): Promise<string> {
  return readFile(join(PROJECT_ROOT, path, "index.cjs"), "utf8");
}

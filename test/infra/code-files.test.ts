import { randomBytes } from "node:crypto";
import { chmod, mkdir, mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CodeFiles } from "../../infra/code-files.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "code-"));
});
afterEach(() => rm(folder, { recursive: true }));

const TEXT = "A line.\n".repeat(1000);
const NOISE = randomBytes(10_000);

describe("the files of a folder", () => {
  it("are counted as they are and as a zip file holds them", async () => {
    await write("one", { "index.cjs": TEXT, "lib/noise.node": NOISE });

    const files = CodeFiles.at(join(folder, "one"));

    expect(files?.bytes).toBe(8_000 + 10_000);
    expect(files?.zippedBytes).toBeGreaterThan(10_000 + 2 * 110);
    expect(files?.zippedBytes).toBeLessThan(10_000 + 2 * 200);
  });

  it("have the same digest wherever, whenever and in whatever order they were written, by whomever", async () => {
    await write("one", { "a.cjs": TEXT, "lib/b.node": NOISE });
    await write("another", { "lib/b.node": NOISE, "a.cjs": TEXT });
    await chmod(join(folder, "another/a.cjs"), 0o755);
    await utimes(join(folder, "another/lib/b.node"), 0, 0);

    expect(digestOf("another")).toBe(digestOf("one"));
  });

  it("have another digest with other names or contents", async () => {
    await write("one", { "a.cjs": TEXT, "lib/b.node": NOISE });
    await write("renamed", { "a.cjs": TEXT, "lib/c.node": NOISE });
    await write("changed", { "a.cjs": TEXT, "lib/b.node": TEXT });

    expect(new Set(["one", "renamed", "changed"].map(digestOf)).size).toBe(3);
  });

  it("are none if there is no folder", () => {
    expect(CodeFiles.at(join(folder, "none"))).toBeUndefined();
  });
});

async function write(name: string, files: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name, path)), { recursive: true });
    await writeFile(join(folder, name, path), content);
  }
}

function digestOf(name: string): string | undefined {
  return CodeFiles.at(join(folder, name))?.sha256;
}

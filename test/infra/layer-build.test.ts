import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { checkFiles, removeSuperfluous } from "../../infra/layer-build.ts";
import { PROJECT_ROOT } from "../../infra/project-root.ts";

const LIBRARY = "nodejs/node_modules/pictures/lib/libpictures.so.8.1";
const ADDON = "nodejs/node_modules/pictures/lib/pictures.node";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "layer-"));
});

afterEach(() => rm(folder, { recursive: true }));

describe("a layer's files", () => {
  it("may be binaries of the functions' platform, and text", async () => {
    await write({ [LIBRARY]: elf(183), [ADDON]: elf(183), "nodejs/node_modules/pictures/index.js": "" });

    await expect(checkFiles(folder, "arm64")).resolves.toBeUndefined();
  });

  it.each([
    { name: "of another processor", files: { [LIBRARY]: elf(183), [ADDON]: elf(62) } },
    { name: "of macOS", files: { [LIBRARY]: elf(183), [ADDON]: Buffer.from("cffaedfe0c000001", "hex") } },
    { name: "of nothing", files: { [LIBRARY]: elf(183), [ADDON]: Buffer.alloc(0) } },
  ])("may not be binaries $name", async ({ files }) => {
    await write(files);

    await expect(checkFiles(folder, "arm64")).rejects.toThrow(
      new TypeError(`Expected only binaries of Linux on arm64 in a layer, received ${ADDON}.`),
    );
  });

  it("may not be those of another platform under its own kind of name", async () => {
    await write({ [LIBRARY]: elf(62), "nodejs/node_modules/pictures/pictures.dll": "MZ" });

    await expect(checkFiles(folder, "x86_64")).rejects.toThrow(
      new TypeError(
        "Expected only binaries of Linux on x86_64 in a layer, received nodejs/node_modules/pictures/pictures.dll.",
      ),
    );
  });

  it("may not be without any binary", async () => {
    await write({ "nodejs/node_modules/pictures/index.js": "" });

    await expect(checkFiles(folder, "arm64")).rejects.toThrow(
      new TypeError("Expected binaries of Linux on arm64 in a layer, found none."),
    );
  });

  it("may not be symbolic links", async () => {
    await write({ [LIBRARY]: elf(183) });
    await symlink(join(folder, LIBRARY), join(folder, "link"));

    await expect(checkFiles(folder, "arm64")).rejects.toThrow(
      new TypeError("Expected no symbolic link in a layer, received link."),
    );
  });

  it("are what functions need at run time, and licences", async () => {
    const kept = [
      "nodejs/node_modules/pictures/LICENSE",
      "nodejs/node_modules/pictures/LICENSE.md",
      "nodejs/node_modules/pictures/dist/index.cjs",
      "nodejs/node_modules/pictures/lib/pictures.node",
      "nodejs/node_modules/pictures/package.json",
      "nodejs/node_modules/pictures/readme-parser.js",
    ];
    const removed = [
      "nodejs/node_modules/.bin/pictures",
      "nodejs/node_modules/.package-lock.json",
      "nodejs/node_modules/pictures/CHANGELOG.md",
      "nodejs/node_modules/pictures/README.md",
      "nodejs/node_modules/pictures/dist/index.cjs.map",
      "nodejs/node_modules/pictures/dist/index.d.cts",
      "nodejs/node_modules/pictures/install/build.js",
      "nodejs/node_modules/pictures/lib/include/pictures.h",
      "nodejs/node_modules/pictures/src/pictures.cc",
    ];
    await write(Object.fromEntries([...kept, ...removed].map((path) => [path, ""])));

    await removeSuperfluous(folder);

    expect(await filesOf(folder)).toEqual(kept);
  });
});

describe("npm run layer", () => {
  it("refuses an unknown architecture with those that are known", async () => {
    const command = [join(PROJECT_ROOT, "infra/layer-command.ts"), "--architecture", "x64"];

    const failure = await promisify(execFile)(process.execPath, command).catch((error) => error);

    expect({ code: failure.code, stderr: failure.stderr }).toEqual({
      code: 1,
      stderr: "Expected an architecture of arm64, x86_64, received x64.\n",
    });
  });
});

async function write(files: Record<string, string | Uint8Array>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
}

async function filesOf(root: string): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files.map(({ parentPath, name }) => join(parentPath, name).slice(root.length + 1)).sort();
}

/** The header of a little-endian 64-bit ELF file for a processor. */
function elf(machine: number): Buffer {
  const header = Buffer.alloc(64);
  header.write("\x7fELF\x02\x01\x01", "latin1");
  header.writeUInt16LE(machine, 18);
  return header;
}

import { execFile } from "node:child_process";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CodeFiles } from "../../../infra/code-files.ts";
import { buildLayer, type Install, removeSuperfluous } from "../../../infra/layer/build.ts";
import { checkFiles } from "../../../infra/layer/check.ts";
import type { Layer } from "../../../infra/layer.ts";
import { PROJECT_ROOT } from "../../../infra/project-root.ts";

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
    { name: "of 32 bits", files: { [LIBRARY]: elf(183), [ADDON]: elf(183).fill(1, 4, 5) } },
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

  it.each([
    ["Linux on another processor", elf(62)],
    ["macOS", Buffer.from("cffaedfe0c000001", "hex")],
    ["macOS on several processors", Buffer.from("cafebabe00000002", "hex")],
    ["Windows", Buffer.from("MZ\x90")],
  ])("may not be programs of %s under any name", async (_, program) => {
    await write({ [LIBRARY]: elf(183), "nodejs/node_modules/pictures/bin/draw": program });

    await expect(checkFiles(folder, "arm64")).rejects.toThrow(
      new TypeError(
        "Expected only binaries of Linux on arm64 in a layer, received nodejs/node_modules/pictures/bin/draw.",
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

describe("a layer", () => {
  it("is the same from whatever machine", async () => {
    const linux = await build("linux", async (modules) => {
      await write({ [`${modules}/pictures.node`]: elf(183), [`${modules}/index.js`]: "a;\n" });
      await chmod(join(folder, modules, "pictures.node"), 0o755);
    });
    const windows = await build("windows", async (modules) => {
      await write({
        [`${modules}/index.js`]: "a;\n",
        [`${modules}/pictures.node`]: elf(183),
        [`${modules}/../.bin/pictures.cmd`]: "@ECHO off\r\n",
        [`${modules}/../.package-lock.json`]: "{}",
      });
      await utimes(join(folder, modules, "index.js"), 0, 0);
    });

    expect(CodeFiles.at(windows)?.sha256).toBe(CodeFiles.at(linux)?.sha256);
    expect(await filesOf(windows)).toEqual([
      "nodejs/node_modules/pictures/index.js",
      "nodejs/node_modules/pictures/pictures.node",
    ]);
  });

  it("is installed from its own lock file, for the functions' platform and whatever npm is set to", async () => {
    let told: { flags: readonly string[]; lock: unknown; manifest: unknown } | undefined;
    await buildLayer(layerAt("told"), async (into, flags) => {
      const [lock, manifest] = await Promise.all(
        ["package-lock.json", "package.json"].map(async (file) => JSON.parse(await readFile(join(into, file), "utf8"))),
      );
      told = { flags, lock, manifest };
      await writeFile(join(into, "pictures.node"), elf(183));
    });

    expect(told?.flags).toEqual(
      expect.arrayContaining(["--os=linux", "--cpu=arm64", "--libc=glibc", "--include=optional", "--ignore-scripts"]),
    );
    expect(told?.lock).toEqual(layerAt("told").lock);
    expect(told?.manifest).toEqual({ name: "layer", dependencies: { pictures: "1.0.0" } });
  });

  it("is not built again once it is there", async () => {
    const path = await build("kept", (modules) => write({ [`${modules}/pictures.node`]: elf(183) }));

    const again = () => buildLayer(layerAt("kept"), () => expect.unreachable("it was installed"));
    await again();

    expect(await filesOf(path)).toEqual(["nodejs/node_modules/pictures/pictures.node"]);
    await writeFile(join(path, "nodejs/node_modules/pictures/pictures.node"), elf(62));
    await expect(again()).rejects.toThrow("Expected only binaries of Linux on arm64 in a layer");
  });

  it("is not there, nor a part of it, if this machine's own binaries were installed", async () => {
    const building = build("broken", (modules) => write({ [`${modules}/pictures.node`]: elf(62) }));

    await expect(building).rejects.toThrow("Expected only binaries of Linux on arm64 in a layer");
    expect(await readdir(folder)).toEqual([]);
  });
});

describe("npm run layer", () => {
  it("refuses an unknown architecture with those that are known", async () => {
    const command = [join(PROJECT_ROOT, "infra/layer/command.ts"), "--architecture", "x64"];

    const failure = await promisify(execFile)(process.execPath, command).catch((error) => error);

    expect({ code: failure.code, stderr: failure.stderr }).toEqual({
      code: 1,
      stderr: "Expected an architecture of arm64, x86_64, received x64.\n",
    });
  });
});

function layerAt(name: string): Layer {
  const dependencies = { pictures: "1.0.0" };
  const lock = { name: "layer", lockfileVersion: 3, packages: { "": { dependencies } } };
  return { architecture: "arm64", lock, path: join(folder, name) };
}

/** A layer of what is written into the folder of the one package, as npm would; gives the layer's folder. */
async function build(name: string, writePackage: (modules: string) => Promise<void>): Promise<string> {
  const install: Install = (into) => writePackage(join(relative(folder, into), "node_modules", "pictures"));
  await buildLayer(layerAt(name), install);
  return join(folder, name);
}

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

import { spawn } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pathInside } from "../../../infra/local/download.ts";
import { fixture } from "../../support/fixtures.ts";
import { copyProject, type ProjectCopy } from "../../support/project-copy.ts";
import { readLines } from "./sheet/read-text.ts";

/** Enough workers to tell the results of one from those of others. */
const FOUR = "pixelate,resize,rotate,thumbnail";

let project: ProjectCopy;
let folder: string;

beforeAll(async () => {
  project = await copyProject({ isRunAsWritten: true });
  folder = await mkdtemp(join(tmpdir(), "files-"));
  await mkdir(join(folder, "again"));
  await writeFile(join(folder, "photo.jpg"), await fixture("jpeg"));
  await writeFile(join(folder, "again", "photo.jpg"), await fixture("jpeg"));
  await writeFile(join(folder, "broken.jpg"), await fixture("jpeg-truncated"));
  await writeFile(join(folder, "notes.txt"), "Notes.");
});
afterAll(async () => {
  await project[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

/** Runs npm start, as called from the folder of the files. */
async function start(...args: string[]): Promise<{ exitCode: number | null; lines: string[]; errors: string }> {
  const command = join(project.folder, "infra/local/start-command.ts");
  const child = spawn(process.execPath, [command, ...args], {
    cwd: project.folder,
    env: { ...process.env, INIT_CWD: folder },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  const [output, errors, exitCode] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return {
    exitCode,
    errors,
    lines: output
      .trimEnd()
      .split("\n")
      .map((line) => line.replace(/ +/g, " ").replace(/ \d+ ms$/, ""))
      .sort(),
  };
}

describe("npm start", () => {
  it("ends with 0 and a line per upload and worker when all is done or skipped", async () => {
    const { exitCode, lines } = await start(
      "photo.jpg",
      "notes.txt",
      "--out",
      "here",
      "--prefix",
      "cats/",
      "--only",
      FOUR,
    );

    expect(exitCode).toBe(0);
    expect(lines).toEqual([
      expect.stringMatching(/^done pixelate photo\.jpg 5 outputs \d+ kB$/),
      expect.stringMatching(/^done resize photo\.jpg 1 output \d+ kB$/),
      expect.stringMatching(/^done rotate photo\.jpg 2 outputs \d+ kB$/),
      expect.stringMatching(/^done thumbnail photo\.jpg 1 output \d+ kB$/),
      ...["pixelate", "resize", "rotate", "thumbnail"].map(
        (worker) => `skipped ${worker} notes.txt FILTERED_OUT: Its name passes no filter of this worker.`,
      ),
    ]);
    expect(
      (await readdir(join(folder, "here"), { recursive: true }))
        .filter((path) => path.endsWith(".jpg") && !path.endsWith("photo.jpg"))
        .sort(),
    ).toEqual([
      ...["16x16", "32x32", "48x48", "64x64", "8x8"].map((variant) =>
        join("pixelate", "cats", "photo.jpg", `${variant}.jpg`),
      ),
      join("resize", "cats", "photo.jpg", "fit.jpg"),
      join("rotate", "cats", "photo.jpg", "clockwise.jpg"),
      join("rotate", "cats", "photo.jpg", "counterclockwise.jpg"),
      join("thumbnail", "cats", "photo.jpg", "small.jpg"),
    ]);
  });

  it("ends with 1, a code and a sentence when an upload failed", async () => {
    const { exitCode, lines } = await start("broken.jpg", "--out", "there", "--only", FOUR);

    expect(exitCode).toBe(1);
    expect(lines).toHaveLength(4);
    expect(lines[0]).toMatch(
      /^failed pixelate broken\.jpg SOURCE_CORRUPT: Expected bytes that decode as image\/jpeg, received: /,
    );
  });

  it("awaits and downloads what only some workers make, and shows it on a sheet", async () => {
    const flags = ["--out", "some", "--only", "rotate,thumbnail", "--sheet", "some/sheet.png"];

    const { exitCode, lines } = await start("photo.jpg", ...flags);

    expect(exitCode).toBe(0);
    expect(lines.map((line) => line.split(" ", 2).join(" "))).toEqual(["done rotate", "done thumbnail"]);
    expect((await readdir(join(folder, "some"))).sort()).toEqual(["rotate", "sheet.png", "thumbnail"]);
    const sheet = await readFile(join(folder, "some/sheet.png"));
    const titles = [
      await readLines(sheet, 24, 226),
      await readLines(sheet, 648, 322),
      await readLines(sheet, 960, 226),
    ];
    expect(titles.map((title) => title.slice(0, 2))).toEqual([
      ["photo.jpg", "96 x 64 jpeg"],
      ["rotate", "counterclockwise"],
      ["thumbnail", "small"],
    ]);
    expect(titles[2]?.[3]).toMatch(/^\d+ bytes {2}\d+ ms$/);
  });

  it.each([
    ["a file that is not there", ["nowhere.jpg"], /^Expected a file, received .*nowhere\.jpg, which is not there\.\n$/],
    ["a folder", ["again"], /^Expected a file, received .*again, which is none\.\n$/],
    [
      "two files of one name",
      ["photo.jpg", "again/photo.jpg"],
      /^Expected files of different names, .*, received photo\.jpg twice\.\n$/,
    ],
    [
      "a sheet that is no PNG",
      ["photo.jpg", "--sheet", "sheet.jpg"],
      /^Expected a file that ends in \.png for --sheet, received sheet\.jpg\.\n$/,
    ],
    [
      "a choice of workers without files",
      ["--only", "rotate"],
      /^Expected files with --only and --sheet, received none\.\n$/,
    ],
    ["an unknown flag", ["photo.jpg", "--size", "3"], /Unknown option '--size'/],
    [
      "a time scale that is no number",
      ["photo.jpg", "--time-scale", "fast"],
      /^Expected a number of at least 1 for --time-scale, received fast\.\n$/,
    ],
  ])("refuses %s at once", async (_, args, message) => {
    const { exitCode, errors } = await start(...args);

    expect(exitCode).toBe(1);
    expect(errors).toMatch(message);
  });
});

describe("pathInside", () => {
  it.each(["a/../b.jpg", "a//b.jpg", "..a.jpg", "/a.jpg"])("is below the folder for %s", (key) => {
    expect(pathInside(folder, key).startsWith(join(folder, "x").slice(0, -1))).toBe(true);
  });

  it.each(["../a.jpg", "a/../../b.jpg", "..", ".", "a/.."])("refuses %s", (key) => {
    expect(() => pathInside(folder, key)).toThrow(/Expected an output key that names a file inside/);
  });
});

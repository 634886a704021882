import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { expect, it, vi } from "vitest";
import { processFiles } from "../../../infra/local/process-files.ts";
import { deployCopy } from "../../support/local-stack.ts";

const KILLER_WIDTH = 77;

/** A transform that takes all memory for images of one width, and is quick with others. */
const HOARDS = `
import { defineTransform, options } from "../runtime/contract.ts";
export default defineTransform({
  summary: "The source as it is.",
  accepts: ["image/png"],
  options: options({}),
  variants: () => [{ name: "same", format: "source" }],
  limits: { memoryMb: 256, timeoutSeconds: 5 },
  async *transform(source) {
    const hoard = [];
    while (source.width === ${KILLER_WIDTH}) hoard.push(new Array(1_000_000).fill(hoard.length));
    yield { variant: "same", body: await source.image().toBuffer() };
  },
});`;

const image = (width: number) =>
  sharp({ create: { width, height: 1, channels: 3, background: "#ff0000" } })
    .png()
    .toBuffer();

it("has a dead letter for an image that takes all memory, and outputs of the nine that came with it", async () => {
  using errors = vi.spyOn(console, "error");
  await using local = await deployCopy(async ({ folder, write }) => {
    const transforms = join(folder, "transforms");
    for (const file of await readdir(transforms)) await rm(join(transforms, file), { recursive: true });
    await write("transforms/hoards.ts", HOARDS);
  });
  const folder = await mkdtemp(join(tmpdir(), "files-"));
  const names = Array.from({ length: 10 }, (_, index) => `${index}.png`);
  for (const [index, name] of names.entries())
    await writeFile(join(folder, name), await image(index === 4 ? KILLER_WIDTH : 8));

  const reports = await processFiles(
    local.stack,
    names.map((name) => join(folder, name)),
    { out: join(folder, "out"), onReport: () => {}, onWaiting: () => {} },
  );
  await rm(folder, { recursive: true });

  const ends = reports.map(({ file, status, ...report }) => [
    file.slice(folder.length + 1),
    status,
    ...("code" in report ? [report.code] : []),
  ]);
  expect(errors.mock.calls).toEqual([]);
  expect(ends.sort()).toEqual(
    names.map((name) => (name === "4.png" ? [name, "failed", "FUNCTION_CRASHED"] : [name, "done"])),
  );
});

import { execFile } from "node:child_process";
import { mkdtempDisposable, readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { copyTransforms } from "./transform-copy.ts";

const RUN = fileURLToPath(new URL("run.ts", import.meta.url));

const JPEG_ONLY = ["ALL_MEDIA_TYPES,\n  options", '["image/jpeg"],\n  options'] as const;

describe("npm run conformance", () => {
  it("says in a line what each transform outside of the project breaks, or is excepted from", async () => {
    await using copies = await copyTransforms();
    const broken = await copies.write("broken", "thumbnail", [
      JPEG_ONLY,
      ["source.image()", "source.image().keepXmp()"],
    ]);
    const excepted = await copies.write("excepted", "thumbnail", [
      JPEG_ONLY,
      ["source.image()", "source.image().keepXmp()"],
      ["limits:", 'exceptions: { "drops private metadata": "Archives keep all." },\n  limits:'],
    ]);
    const none = await copies.write("none", "thumbnail", [["summary:", "title:"]]);

    const { code, lines } = await conformance({}, broken, excepted, none);

    expect(code).toBe(1);
    expect(lines).toEqual([
      expect.stringMatching(
        /^✗ broken: drops private metadata\. Expected no private metadata for small of jpeg-gps, received .*xmp/,
      ),
      expect.stringMatching(/^- broken: keeps transparency.* Not checked: No alpha fixture is of image\/jpeg\.$/),
      expect.stringMatching(/^- broken: keeps animation.* Not checked: No animated fixture is of image\/jpeg\.$/),
      "- excepted: drops private metadata. Not checked: Excepted: Archives keep all.",
      expect.stringMatching(/^- excepted: keeps transparency/),
      expect.stringMatching(/^- excepted: keeps animation/),
      expect.stringMatching(
        /^✗ none: is a transform\. .*Expected summary to be one sentence that ends in a full stop, received nothing\.$/,
      ),
      "✗ broken keeps 27 of 30 promises.",
      "✓ excepted keeps 27 of 30 promises.",
      "✗ none keeps 0 of 1 promises.",
    ]);
  });

  it("ends a transform that never does, and leaves nothing of it behind", async () => {
    await using temporary = await mkdtempDisposable(join(tmpdir(), "run-"));
    await using copies = await copyTransforms();
    const endless = await copies.write("endless", "thumbnail", [
      JPEG_ONLY,
      ["const image", "for (;;);\n    const image"],
    ]);

    const { code, lines } = await conformance({ CONFORMANCE_PATIENCE_MS: "2000", TMPDIR: temporary.path }, endless);

    expect(code).toBe(1);
    expect(lines).toEqual([
      expect.stringMatching(
        /^✗ endless: comes to an end\. Expected one within 2000 ms for what follows ".+", received none\.$/,
      ),
    ]);
    expect(await readdir(temporary.path)).toEqual([]);
  });

  it("names the transforms that there are instead of one that there is not", async () => {
    const { code, lines } = await conformance({}, "thumbnial");

    expect(code).toBe(1);
    expect(lines).toEqual([expect.stringMatching(/^Expected a transform of .*thumbnail.*, received thumbnial\.$/)]);
  });
});

function conformance(
  environment: Record<string, string>,
  ...args: string[]
): Promise<{ code: number; lines: string[] }> {
  const { promise, resolve } = Promise.withResolvers<{ code: number; lines: string[] }>();
  const child = execFile(
    process.execPath,
    [RUN, ...args],
    { env: { ...process.env, ...environment } },
    (_, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, lines: `${stdout}${stderr}`.split("\n").filter(Boolean) }),
  );
  return promise;
}

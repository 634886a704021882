import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempDisposable } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { messageOf } from "../../runtime/errors.ts";
import { chosenFiles } from "./transform-files.ts";

/** Checks the transforms named on the command line, or all: `npm run conformance [-- NAME|FILE …]`. */
const here = dirname(fileURLToPath(import.meta.url));
const vitest = join(dirname(createRequire(import.meta.url).resolve("vitest/package.json")), "vitest.mjs");

try {
  const files = process.argv.length > 2 ? await chosenFiles(JSON.stringify(process.argv.slice(2))) : [];
  // Removed by this process, since a transform that never ends is killed, and can't remove its own.
  await using temporary = await mkdtempDisposable(join(tmpdir(), "conformance-"));
  // A group of its own, so that the reporter can end all of it.
  const run = spawn(
    process.execPath,
    [vitest, "run", "test/conformance/conformance.test.ts", "--reporter", join(here, "reporter.ts")],
    {
      cwd: join(here, "../.."),
      stdio: "inherit",
      detached: true,
      env: { ...process.env, CONFORMANCE_TRANSFORMS: JSON.stringify(files), TMPDIR: temporary.path },
    },
  );
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.on(signal, () => run.pid && process.kill(-run.pid, signal));
  const [status]: (number | null)[] = await once(run, "exit");
  process.exitCode = status ?? 1;
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = 1;
}

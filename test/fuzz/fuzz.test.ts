import { execFile } from "node:child_process";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { PROJECT_ROOT } from "../../infra/project-root.ts";
import { PipelineError } from "../../runtime/errors.ts";
import { copyProject } from "../support/project-copy.ts";
import { eventCase } from "./event-cases.ts";
import { runCases } from "./fuzz-cases.ts";
import { ALL_DECODERS, imageCase } from "./image-cases.ts";
import { outcomeOf } from "./outcome.ts";

const SEED = 7;

describe("the runtime", () => {
  it("ends with outputs, a skip or a code, whatever images and events it gets", async () => {
    const { cases, outcomes, findings } = await runCases({ subject: "mixed", seed: SEED, from: 0, to: 350 });

    expect(findings).toEqual([]);
    expect(cases).toBe(350);
    expect(Object.keys(outcomes)).toEqual(
      expect.arrayContaining(["done", "failed SOURCE_CORRUPT", "failed EVENT_INVALID", "skipped TYPE_NOT_ACCEPTED"]),
    );
  });
});

describe("the fuzzing", () => {
  it("goes on after a case that takes its process down, and says which it was", async () => {
    const file = fileURLToPath(new URL("dying-process.ts", import.meta.url));

    const { outcomes, findings } = await runCases(
      { subject: "events", seed: SEED, from: 0, to: 7 },
      { file, hangMs: 500 },
    );

    expect(findings).toEqual([
      { number: 1, outcome: "CRASH exit code 3" },
      { number: 2, outcome: "CRASH SIGABRT" },
      { number: 3, outcome: "HANG" },
      { number: 4, outcome: "UNKNOWN Error" },
    ]);
    expect(outcomes.done).toBe(3);
  });

  it("tells a code from an error without one", async () => {
    const coded = await outcomeOf(() => Promise.reject(new PipelineError("SOURCE_CORRUPT", "No.")));
    const unknown = await outcomeOf(() => Promise.reject(new TypeError("No.")));

    expect(coded).toBe("failed SOURCE_CORRUPT");
    expect(unknown).toMatch(/^UNKNOWN TypeError: No\. \| /);
  });

  it.each([
    ["at once", "void Promise.reject(new RangeError('Nobody handles this.'));"],
    ["after its case", "setTimeout(() => void Promise.reject(new RangeError('Nobody handles this.')), 30);"],
  ])("fails for a transform that rejects without a handler %s", async (_, rejects) => {
    await using project = await copyProject();
    for (const part of ["fuzz", "support"])
      await cp(join(PROJECT_ROOT, "test", part), join(project.folder, "test", part), { recursive: true });
    const begin = "async *transform(source, { options: { width, height } }) {";
    await project.replace("transforms/thumbnail.ts", begin, `${begin}\n${rejects}`);

    const command = ["test/fuzz/fuzz-command.ts", "--only", "png", "--cases", "9"];
    const { code, stdout } = await promisify(execFile)(process.execPath, command, { cwd: project.folder }).then(
      ({ stdout }) => ({ code: 0, stdout }),
      (error: { code: number; stdout: string }) => error,
    );

    expect(code).toBe(1);
    expect(stdout).toMatch(/^png \d: UNHANDLED UNKNOWN RangeError: Nobody handles this\./m);
  });

  it.each(ALL_DECODERS)(
    "gives %s the same damaged image for the same numbers, and another for others",
    async (decoder) => {
      const image = await imageCase(decoder, 3, SEED);

      expect(await imageCase(decoder, 3, SEED)).toEqual(image);
      expect(await imageCase(decoder, 4, SEED)).not.toEqual(image);
    },
  );

  it("gives the same damaged event for the same numbers, and another for others", () => {
    expect(eventCase(3, SEED)).toBe(eventCase(3, SEED));
    expect(eventCase(4, SEED)).not.toBe(eventCase(3, SEED));
  });
});

import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { chooseWorkers } from "../../../infra/operations/choose-workers.ts";
import { findStack } from "../../../infra/operations/find-stack.ts";
import { readStackOutputs } from "../../../infra/operations/stack-outputs.ts";
import { operatedStack, operatedWorker } from "../../support/operated-stack.ts";

const QUEUES = "https://sqs.eu-west-1.amazonaws.com/123456789012";
const WORK = {
  digest: "d",
  variants: [{ name: "small", format: "source" }],
  accepts: ["image/png"],
  sniffAll: false,
  settings: { worker: "preview", uploadsBucket: "uploads" },
  memoryMb: 512,
  architecture: "arm64",
  batchSize: 10,
};
const OUTPUTS = {
  uploadsBucket: "uploads",
  uploadsPrefix: "",
  outputsBucket: "outputs",
  outputsPrefix: "",
  resultsTopicArn: "arn:aws:sns:eu-west-1:123456789012:results",
  alarmsTopicArn: null,
  workers: {
    preview: {
      transform: "preview",
      functionName: "image-machine-dev-preview",
      queueUrl: `${QUEUES}/uploads`,
      deadLetterQueueUrl: `${QUEUES}/dead`,
      undeliveredQueueUrl: `${QUEUES}/undelivered`,
      work: WORK,
    },
  },
};

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "find-"));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

/** A `pulumi` that is found before any other, and prints its arguments' outputs. */
async function installPulumi(script: string): Promise<void> {
  const file = join(folder, "pulumi");
  await writeFile(file, `#!${process.execPath}\n${script}`);
  await chmod(file, 0o755);
  vi.stubEnv("PATH", `${folder}${delimiter}${process.env.PATH}`);
}

describe("a deployed stack", () => {
  it("is found by what the Pulumi CLI tells of it", async () => {
    const script = `console.log(process.argv.slice(2).join(" ") === "stack output --json --stack acme/images/prod --non-interactive" ? ${JSON.stringify(JSON.stringify(OUTPUTS))} : "none");`;
    await installPulumi(script);

    using stack = await findStack({ stack: "acme/images/prod", local: false }, folder);

    expect(stack).toMatchObject({ title: "stack acme/images/prod in eu-west-1", region: "eu-west-1" });
    expect(stack.workers).toEqual([
      expect.objectContaining({ name: "preview", queueUrl: `${QUEUES}/uploads`, digest: "d", memoryMb: 512 }),
    ]);
    // What is the default is not told.
    expect(stack.workers[0]?.settings).toMatchObject({ worker: "preview", flatten: false, uploadsPrefix: "" });
    expect(await stack.sqs.config.region()).toBe("eu-west-1");
    expect(stack.notesFolder).toBe(join(folder, ".image-machine", "backfill", "outputs%2F"));
  });

  it("is found by a file of its outputs", async () => {
    const file = join(folder, "outputs.json");
    await writeFile(file, JSON.stringify(OUTPUTS));

    using stack = await findStack({ outputs: file, local: false }, folder);

    expect(stack.title).toBe("stack of uploads in eu-west-1");
  });

  it("is not found without the Pulumi CLI, and it is said what to do", async () => {
    vi.stubEnv("PATH", folder);

    await expect(findStack({ stack: "prod", local: false }, folder)).rejects.toThrow(
      /^Expected the Pulumi CLI, .* stack prod, found none\. Give them in a file: --outputs FILE/,
    );
  });

  it("is not found if the Pulumi CLI does not know it, in its words", async () => {
    await installPulumi(`console.error("error: no stack named 'prod' found"); process.exit(255);`);

    await expect(findStack({ stack: "prod", local: false }, folder)).rejects.toThrow(
      /^Expected outputs of stack prod, received: .*no stack named 'prod' found/s,
    );
  });

  it.each([
    [
      "the stack local, which is the machine here",
      { stack: "local", local: false },
      "Expected a machine that serves stack dev, found none.",
    ],
    ["a machine that does not run", { local: true }, "Expected a machine that serves stack dev, found none."],
    [
      "the default one, if that does not run",
      { local: false },
      "Expected a machine that serves stack dev, found none.",
    ],
    ["two places at once", { local: true, outputs: "a.json" }, "Expected --outputs alone, received --local too."],
    ["a name that is none", { local: false, stack: "--help" }, "Expected a stack's name of letters"],
    ["a file that is not there", { local: false, outputs: "/no.json" }, "Expected stack outputs as JSON in /no.json"],
  ])("is not %s", async (_, choice, message) => {
    await expect(findStack(choice, folder)).rejects.toThrow(message);
  });
});

describe("a stack's outputs", () => {
  it.each([
    ["nothing", undefined, "received undefined in place of Object for all of them"],
    ["another program's", {}, 'received undefined in place of "uploadsBucket" for uploadsBucket'],
    [
      "an older deployment's",
      { ...OUTPUTS, workers: { preview: { ...OUTPUTS.workers.preview, work: undefined } } },
      "for workers.preview.work",
    ],
  ])("are not %s", (_, outputs, message) => {
    expect(() => readStackOutputs(outputs, "stack dev")).toThrow(message);
    expect(() => readStackOutputs(outputs, "stack dev")).toThrow(/^Expected outputs of this program for stack dev,/);
  });
});

describe("a worker", () => {
  it("is chosen by its name, or with all the others", () => {
    const workers = [operatedWorker({ name: "a" }), operatedWorker({ name: "b" })];
    const stack = operatedStack({ workers });

    expect(chooseWorkers(stack, "b")).toEqual([workers[1]]);
    expect(chooseWorkers(stack, undefined)).toEqual(workers);
    expect(() => chooseWorkers(stack, "c")).toThrow("Expected a worker of a, b for --worker, received c.");
  });
});

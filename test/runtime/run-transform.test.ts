import { describe, expect, it } from "vitest";
import { openSource } from "../../runtime/source.ts";
import { collectOutputs } from "../support/collect-outputs.ts";
import { fixture } from "../support/fixtures.ts";
import { preview, scripted } from "../support/test-transforms.ts";

const TWO = [
  { name: "a", format: "source" },
  { name: "b", format: "source" },
] as const;

const output = async (variant: string) => ({ variant, body: await fixture("png-1x1") });

describe("the run of a transform", () => {
  it("gives each output with its variant and media type, in the order they are made", async () => {
    const source = await openSource(await fixture("png"));

    const outputs = await collectOutputs(preview, source, { options: { side: 4 } });

    expect(outputs).toEqual([
      { variant: { name: "small", format: "source" }, mediaType: "image/png", body: expect.any(Uint8Array) },
      { variant: { name: "tiny", format: "image/webp" }, mediaType: "image/webp", body: expect.any(Uint8Array) },
    ]);
  });

  it("asks for the next output when the last one is taken", async () => {
    const steps: string[] = [];
    const transform = scripted({
      variants: TWO,
      async *run() {
        steps.push("a is made");
        yield await output("a");
        steps.push("b is made");
        yield await output("b");
      },
    });

    await collectOutputs(transform, await openSource(await fixture("png")), {
      each: ({ variant }) => steps.push(`${variant.name} is taken`),
    });

    expect(steps).toEqual(["a is made", "a is taken", "b is made", "b is taken"]);
  });

  it("lets a transform clean up when the host stops early", async () => {
    let cleanedUp = false;
    const transform = scripted({
      variants: TWO,
      async *run() {
        try {
          yield await output("a");
          yield await output("b");
        } finally {
          cleanedUp = true;
        }
      },
    });

    const running = collectOutputs(transform, await openSource(await fixture("png")), {
      each: () => {
        throw new Error("The store is away.");
      },
    });

    await expect(running).rejects.toThrow(new Error("The store is away."));
    expect(cleanedUp).toBe(true);
  });

  it.each([
    ["another", '"c"', async () => [await output("c")]],
    ["one without a name", "nothing", async () => [{ body: await fixture("png-1x1") }]],
    ["nothing", "nothing", async () => [undefined]],
  ])("fails for a variant that is not declared: %s", async (_, received, yielded) => {
    await expect(run(yielded)).rejects.toMatchObject({
      code: "VARIANT_NOT_DECLARED",
      message: `Expected a variant of a, b, received ${received}.`,
    });
  });

  it("fails for a variant that comes twice", async () => {
    await expect(run(async () => [await output("a"), await output("a")])).rejects.toMatchObject({
      code: "VARIANT_REPEATED",
      message: "Expected variant a once, received it twice.",
    });
  });

  it.each([
    ["b", async () => [await output("a")]],
    ["a, b", async () => []],
  ])("fails for declared variants that never come: %s", async (missing, yielded) => {
    await expect(run(yielded)).rejects.toMatchObject({
      code: "VARIANT_MISSING",
      message: `Expected variants a, b, received all but ${missing}.`,
    });
  });

  it.each([
    ["of another format", "image/jpeg", () => fixture("jpeg")],
    ["of no known format", "5 other bytes", async () => Buffer.from("hello")],
    ["empty", "0 other bytes", async () => new Uint8Array()],
    ["no bytes", "string", async () => "hello"],
    ["missing", "undefined", async () => undefined],
  ])("fails for a body that is %s", async (_, received, body) => {
    await expect(run(async () => [{ variant: "a", body: await body() }])).rejects.toMatchObject({
      code: "VARIANT_FORMAT_WRONG",
      message: `Expected variant a as image/png, received ${received}.`,
    });
  });

  it("fails for a body that only begins as its format does", async () => {
    const body = (await fixture("png")).subarray(0, 12);

    await expect(run(async () => [{ variant: "a", body }])).rejects.toMatchObject({
      code: "VARIANT_FORMAT_WRONG",
      message: expect.stringMatching(/^Expected variant a as image\/png, received bytes that do not decode: \S/),
    });
  });
});

describe("the run of a transform that makes a document", () => {
  it("lets JSON pass as it is", async () => {
    const body = Buffer.from('{ "name": "猫 🐈" }');

    expect(await runDocument(body)).toEqual([
      { variant: { name: "a", format: "application/json" }, mediaType: "application/json", body },
    ]);
  });

  it.each([
    ["of bytes that do not parse", /^bytes that do not parse: \S.*[^.]$/, Buffer.from("{]")],
    ["empty", /^bytes that do not parse: \S.*[^.]$/, Buffer.from("")],
    ["in another encoding", /^bytes that do not parse: \S.*[^.]$/, Buffer.from('"\xfc"', "latin1")],
    ["with a byte order mark", /^bytes that do not parse: \S/, Buffer.from("\ufeff{}")],
    ["a text that is not encoded", /^string$/, "{}"],
  ])("fails for one that is %s", async (_, received, body) => {
    const error = await runDocument(body).catch((error) => error);

    const [, found] = /^Expected variant a as application\/json, received (.*)\.$/s.exec(error.message) ?? [];
    expect(error.code).toBe("VARIANT_FORMAT_WRONG");
    expect(found).toMatch(received);
  });

  it("fails for one of more than 1 MiB", async () => {
    await expect(runDocument(Buffer.from(JSON.stringify("a".repeat(1024 * 1024 - 2))))).resolves.toHaveLength(1);
    await expect(runDocument(Buffer.from(JSON.stringify("a".repeat(1024 * 1024 - 1))))).rejects.toMatchObject({
      code: "OUTPUT_TOO_LARGE",
      message: "Expected variant a of at most 1048576 bytes, received 1048577.",
    });
  });
});

/** Runs a transform whose one variant is a document. */
async function runDocument(body: unknown) {
  const transform = scripted({
    variants: [{ name: "a", format: "application/json" }],
    async *run() {
      yield { variant: "a", body };
    },
  });
  return collectOutputs(transform, await openSource(await fixture("png")));
}

/** Runs a transform of variants a and b that yields what is given. */
async function run(yielded: () => Promise<unknown[]>) {
  const transform = scripted({
    variants: TWO,
    async *run() {
      yield* await yielded();
    },
  });
  return collectOutputs(transform, await openSource(await fixture("png")));
}

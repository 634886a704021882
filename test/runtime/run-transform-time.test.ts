import { describe, expect, it } from "vitest";
import { PipelineError } from "../../runtime/errors.ts";
import { openSource } from "../../runtime/source.ts";
import { collectOutputs } from "../support/collect-outputs.ts";
import { fixture } from "../support/fixtures.ts";
import { scripted } from "../support/test-transforms.ts";

const TIMED_OUT = new PipelineError("TRANSFORM_TIMED_OUT", "Expected all outputs before the worker's time was up.", {
  cause: new Error("Time is up."),
});

const VARIANTS = [
  { name: "a", format: "source" },
  { name: "b", format: "source" },
] as const;

const output = async (variant: string) => ({ variant, body: await fixture("png-1x1") });
const forever = () => new Promise<never>(() => {});

describe("a transform whose worker's time is up", () => {
  it("is not waited for when it never yields", async () => {
    const controller = new AbortController();
    const transform = scripted({
      async *run() {
        queueMicrotask(() => controller.abort(new Error("Time is up.")));
        await forever();
        yield await output("small");
      },
    });

    const running = collectOutputs(transform, await source(), { signal: controller.signal });

    await expect(running).rejects.toThrow(TIMED_OUT);
  });

  it("is asked for no further output when it ignores its signal", async () => {
    const controller = new AbortController();
    const taken: string[] = [];
    const transform = scripted({
      variants: VARIANTS,
      async *run() {
        yield await output("a");
        yield await output("b");
      },
    });

    const running = collectOutputs(transform, await source(), {
      signal: controller.signal,
      each: ({ variant }) => {
        taken.push(variant.name);
        controller.abort(new Error("Time is up."));
      },
    });

    await expect(running).rejects.toThrow(TIMED_OUT);
    expect(taken).toEqual(["a"]);
  });

  it("has not failed when it stops by its signal, whenever it looks", async () => {
    const controller = new AbortController();
    const transform = scripted({
      variants: VARIANTS,
      async *run(_, { signal }) {
        yield await output("a");
        signal.throwIfAborted();
        yield await output("b");
      },
    });

    const running = collectOutputs(transform, await source(), {
      signal: controller.signal,
      each: () => controller.abort(new Error("Time is up.")),
    });

    await expect(running).rejects.toThrow(TIMED_OUT);
  });

  it("has not failed when it waits for its signal", async () => {
    const controller = new AbortController();
    const transform = scripted({
      async *run(_, { signal }) {
        const { promise, reject } = Promise.withResolvers<never>();
        signal.addEventListener("abort", () => reject(signal.reason));
        queueMicrotask(() => controller.abort(new Error("Time is up.")));
        yield await promise;
      },
    });

    const running = collectOutputs(transform, await source(), { signal: controller.signal });

    await expect(running).rejects.toThrow(TIMED_OUT);
  });

  it("gives no output when time was up before it began", async () => {
    const transform = scripted({
      async *run() {
        yield await output("small");
      },
    });

    const running = collectOutputs(transform, await source(), { signal: AbortSignal.abort(new Error("Time is up.")) });

    await expect(running).rejects.toThrow(TIMED_OUT);
  });

  it("may be tried again", () => {
    expect(TIMED_OUT.retryable).toBe(true);
  });
});

async function source() {
  return openSource(await fixture("png"));
}

import type { Output, Transform, TransformContext, Variant } from "./contract.ts";
import { messageOf, PipelineError } from "./errors.ts";
import { type MediaType, sniff } from "./media-type.ts";
import { DOCUMENT_TYPES, type DocumentType, isDocumentType, type OutputType } from "./output-type.ts";
import type { InputLimits } from "./settings.ts";
import { inspectOutput, type OpenedSource } from "./source.ts";

/** An output whose bytes are what its variant declares. */
export interface CheckedOutput {
  readonly variant: Variant;
  readonly mediaType: OutputType;
  readonly body: Uint8Array;
}

export interface Run<Options> extends TransformContext<Options> {
  readonly limits: InputLimits;
}

/**
 * Runs a transform and holds it to its declaration: each declared variant exactly once, in its declared format, within the
 * limits. Throws a `PipelineError`; never waits for a transform that ignores its signal.
 */
export async function* runTransform<Options>(
  transform: Transform<Options>,
  source: OpenedSource,
  run: Run<Options>,
): AsyncGenerator<CheckedOutput> {
  const declared = declaredVariants(transform, run.options);
  const missing = new Map(declared);
  for await (const output of untilAborted(() => transform.transform(source, run), source, run.signal)) {
    const variant = declared.get(output?.variant);
    if (!variant) {
      throw new PipelineError(
        "VARIANT_NOT_DECLARED",
        `Expected a variant of ${[...declared.keys()].join(", ")}, received ${JSON.stringify(output?.variant) ?? "nothing"}.`,
      );
    }
    if (!missing.delete(variant.name)) {
      throw new PipelineError("VARIANT_REPEATED", `Expected variant ${variant.name} once, received it twice.`);
    }
    const mediaType = variant.format === "source" ? source.mediaType : variant.format;
    if (isDocumentType(mediaType)) checkDocument(output.body, variant.name, mediaType);
    else await checkImage(output.body, variant.name, mediaType, run.limits);
    yield { variant, mediaType, body: output.body };
  }
  if (missing.size > 0) {
    throw new PipelineError(
      "VARIANT_MISSING",
      `Expected variants ${[...declared.keys()].join(", ")}, received all but ${[...missing.keys()].join(", ")}.`,
    );
  }
}

function declaredVariants<Options>(transform: Transform<Options>, options: Options): Map<string, Variant> {
  try {
    return new Map(transform.variants(options).map((variant) => [variant.name, variant]));
  } catch (cause) {
    throw new PipelineError("TRANSFORM_FAILED", `Expected variants, received an error: ${messageOf(cause)}`, { cause });
  }
}

function checkDocument(body: unknown, variant: string, mediaType: DocumentType): void {
  const { maxBytes, problem } = DOCUMENT_TYPES[mediaType];
  if (!(body instanceof Uint8Array)) throw wrongFormat(variant, mediaType, typeof body);
  if (body.length > maxBytes) {
    throw new PipelineError(
      "OUTPUT_TOO_LARGE",
      `Expected variant ${variant} of at most ${maxBytes} bytes, received ${body.length}.`,
    );
  }
  const found = problem(body);
  if (found) throw wrongFormat(variant, mediaType, `bytes that do not parse: ${found}`);
}

async function checkImage(body: unknown, variant: string, mediaType: MediaType, limits: InputLimits): Promise<void> {
  const received = body instanceof Uint8Array ? (sniff(body) ?? `${body.length} other bytes`) : typeof body;
  if (received !== mediaType) throw wrongFormat(variant, mediaType, received);
  const { pixels, problem } = await inspectOutput(body as Uint8Array);
  if (problem) throw wrongFormat(variant, mediaType, `bytes that do not decode: ${problem}`);
  if (pixels > limits.outputPixels) {
    throw new PipelineError(
      "OUTPUT_TOO_LARGE",
      `Expected variant ${variant} of at most ${limits.outputPixels} pixels, received ${pixels}.`,
    );
  }
}

function wrongFormat(variant: string, mediaType: OutputType, received: string): PipelineError {
  return new PipelineError(
    "VARIANT_FORMAT_WRONG",
    `Expected variant ${variant} as ${mediaType}, received ${received.trim().replace(/\.$/, "")}.`,
  );
}

/** What a transform yields, until its signal aborts; whatever it throws becomes a `PipelineError`. */
async function* untilAborted(
  start: () => AsyncIterable<Output>,
  source: OpenedSource,
  signal: AbortSignal,
): AsyncGenerator<Output> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = () =>
    reject(
      new PipelineError("TRANSFORM_TIMED_OUT", "Expected all outputs before the worker's time was up.", {
        cause: signal.reason,
      }),
    );
  // Whether or not anyone is waiting when the time is up, the rejection is handled.
  aborted.catch(() => {});
  if (signal.aborted) abort();
  signal.addEventListener("abort", abort, { once: true });
  let iterator: AsyncIterator<Output> | undefined;
  try {
    iterator = start()[Symbol.asyncIterator]();
    while (true) {
      // The signal comes first: a transform that throws because of it has not failed.
      const step = await Promise.race([aborted, iterator.next()]);
      if (step.done) return;
      yield step.value;
    }
  } catch (thrown) {
    throw await explain(thrown, source);
  } finally {
    signal.removeEventListener("abort", abort);
    // Lets the transform clean up when the host stops early; one that hangs is not waited for.
    void Promise.resolve(iterator?.return?.()).catch(() => {});
  }
}

/** Tells a source that does not decode from a transform that does not work, by decoding the source alone. */
async function explain(thrown: unknown, source: OpenedSource): Promise<PipelineError> {
  if (thrown instanceof PipelineError) return thrown;
  // libvips has no error codes; its encoders say this when a side exceeds what the format can express.
  if (/too large for the \w+ format/.test(messageOf(thrown)))
    return new PipelineError("OUTPUT_TOO_LARGE", messageOf(thrown), { cause: thrown });
  try {
    await source.verify();
  } catch (error) {
    if (error instanceof PipelineError) return error;
    throw error;
  }
  return new PipelineError("TRANSFORM_FAILED", `Expected outputs, received an error: ${messageOf(thrown)}`, {
    cause: thrown,
  });
}

import type { OutputType, Transform } from "../../runtime/contract.ts";
import { PipelineError } from "../../runtime/errors.ts";
import { isDocumentType } from "../../runtime/output-type.ts";
import { runTransform } from "../../runtime/run-transform.ts";
import { DEFAULT_INPUT_LIMITS } from "../../runtime/settings.ts";
import { openSource } from "../../runtime/source.ts";
import { type DecodedImage, decodeImage } from "../support/decoded-image.ts";
import { type FixtureName, fixture } from "../support/fixtures.ts";

/** What one run of a transform did. */
export interface Observation {
  readonly fixture: FixtureName;
  /** What it yielded and the host let pass, in order. */
  readonly outputs: readonly ObservedOutput[];
  /** Why it ended before its end. */
  readonly failure: PipelineError | undefined;
  readonly sourceUnchanged: boolean;
}

export interface ObservedOutput {
  readonly variant: string;
  readonly mediaType: OutputType;
  readonly body: Buffer;
  /** The error, if the bytes do not decode; nothing for a document, which the host has parsed. */
  readonly image: DecodedImage | Error | undefined;
}

/** A run on a few thousand pixels takes milliseconds; one that takes this long hangs. */
const HANGS_AFTER_MS = 20_000;

const SILENT = { debug() {}, info() {}, warn() {} };

const observed = new WeakMap<Transform, Map<FixtureName, Promise<Observation>>>();

/** What a transform does with a fixture. It runs once, however many promises look at the outcome. */
export function observe(transform: Transform, name: FixtureName): Promise<Observation> {
  const known = observed.get(transform) ?? new Map<FixtureName, Promise<Observation>>();
  observed.set(transform, known);
  const observation = known.get(name) ?? observeAgain(transform, name);
  known.set(name, observation);
  return observation;
}

/** Runs a transform on a fixture, as the host does, with the defaults of its options. */
export async function observeAgain(transform: Transform, name: FixtureName): Promise<Observation> {
  const bytes = await fixture(name);
  const outputs: ObservedOutput[] = [];
  let failure: PipelineError | undefined;
  try {
    const run = {
      options: defaultsOf(transform),
      signal: AbortSignal.timeout(HANGS_AFTER_MS),
      log: SILENT,
      limits: DEFAULT_INPUT_LIMITS,
    };
    for await (const { variant, mediaType, body } of runTransform(transform, await openSource(bytes), run)) {
      // A copy, since a transform may use its buffer again.
      const copy = Buffer.from(body);
      const image = isDocumentType(mediaType) ? undefined : await decodeOrError(copy);
      outputs.push({ variant: variant.name, mediaType, body: copy, image });
    }
  } catch (error) {
    if (!(error instanceof PipelineError)) throw error;
    failure = error;
  }
  return { fixture: name, outputs, failure, sourceUnchanged: bytes.equals(await fixture(name)) };
}

/** Each option's default as it stands in the schema, valid or not. */
export function defaultsOf(transform: Transform): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(transform.options.fields).map(([name, field]) => [name, structuredClone(field.default)]),
  );
}

async function decodeOrError(body: Buffer): Promise<DecodedImage | Error> {
  try {
    return await decodeImage(body);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

import type { OutputType, Transform } from "../../runtime/contract.ts";
import { PipelineError } from "../../runtime/errors.ts";
import { isMediaType } from "../../runtime/media-type.ts";
import { type CheckedOutput, runTransform } from "../../runtime/run-transform.ts";
import { openSource } from "../../runtime/source.ts";
import { runContext } from "../support/contexts.ts";
import { type DecodedImage, decodeImage } from "../support/decoded-image.ts";
import { type FixtureName, fixture } from "../support/fixtures.ts";
import { watchEscapedErrors } from "./effects/escaped-errors.ts";
import { type Effects, watchEffects } from "./effects.ts";

/** What one run of a transform yielded, and how it ended. */
export interface Run {
  readonly fixture: FixtureName;
  /** What it yielded and the host let pass, in order. */
  readonly outputs: readonly ObservedOutput[];
  /** Why it ended before its end. */
  readonly failure: PipelineError | undefined;
  readonly sourceUnchanged: boolean;
  /** Messages of errors that nobody waited for. */
  readonly escaped: readonly string[];
}

/** All that one run of a transform did. */
export interface Observation extends Run {
  readonly effects: Effects;
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
/** How long a transform gets that has hung before, so that seventy fixtures are not waited for in turn. */
const HANGS_AGAIN_AFTER_MS = 250;

const observed = new WeakMap<Transform, Map<FixtureName, Promise<Observation>>>();
const hanging = new WeakSet<Transform>();

/** What a transform does with a fixture. It runs once, however many promises look at the outcome. */
export function observe(transform: Transform, name: FixtureName): Promise<Observation> {
  const known = observed.get(transform) ?? new Map<FixtureName, Promise<Observation>>();
  observed.set(transform, known);
  const observation = known.get(name) ?? observeOnce(transform, name);
  known.set(name, observation);
  return observation;
}

/** One after the other, as a worker does. */
export async function observeAll(transform: Transform, names: readonly FixtureName[]): Promise<Observation[]> {
  const observations: Observation[] = [];
  for (const name of names) observations.push(await observe(transform, name));
  return observations;
}

/** Runs a transform on a fixture, as the host does, with the defaults of its options. */
export async function runOn(transform: Transform, name: FixtureName): Promise<Run> {
  return (await prepareRun(transform, name))();
}

/** Runs a transform on several fixtures at once: all begin at the same moment. */
export async function runTogether(transform: Transform, names: readonly FixtureName[]): Promise<Run[]> {
  const runs = await Promise.all(names.map((name) => prepareRun(transform, name)));
  return Promise.all(runs.map((run) => run()));
}

/** Opens a fixture, and gives the run on it. */
async function prepareRun(transform: Transform, name: FixtureName): Promise<() => Promise<Run>> {
  const bytes = await fixture(name);
  const source = await openSource(bytes).catch(onlyPipelineError);
  const context = contextOf(transform, AbortSignal.timeout(patienceWith(transform)));
  return async () => {
    const escapedErrors = watchEscapedErrors();
    const { bodies, failure } =
      source instanceof PipelineError
        ? { bodies: [], failure: source }
        : await collect(runTransform(transform, source, context));
    if (failure?.code === "TRANSFORM_TIMED_OUT") hanging.add(transform);
    const outputs = await Promise.all(bodies.map(observedOutput));
    const sourceUnchanged = bytes.equals(await fixture(name));
    return { fixture: name, outputs, failure, sourceUnchanged, escaped: await escapedErrors() };
  };
}

/** Outputs until the end or a failure. */
async function collect(outputs: AsyncIterable<CheckedOutput>) {
  const bodies: CheckedOutput[] = [];
  try {
    // Copies, since a transform may use its buffer again.
    for await (const output of outputs) bodies.push({ ...output, body: Buffer.from(output.body) });
  } catch (error) {
    return { bodies, failure: onlyPipelineError(error) };
  }
  return { bodies, failure: undefined };
}

function onlyPipelineError(error: unknown): PipelineError {
  if (error instanceof PipelineError) return error;
  throw error;
}

/** What a transform is given beside its source when nobody configured anything. */
export function contextOf(transform: Transform, signal: AbortSignal) {
  return runContext(defaultsOf(transform), { signal });
}

/** Each option's default as it stands in the schema, valid or not. */
export function defaultsOf(transform: Transform): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(transform.options.fields).map(([name, field]) => [name, structuredClone(field.default)]),
  );
}

async function observeOnce(transform: Transform, name: FixtureName): Promise<Observation> {
  const run = await prepareRun(transform, name);
  const { value, effects } = await watchEffects(run);
  return { ...value, effects };
}

function patienceWith(transform: Transform): number {
  return hanging.has(transform) ? HANGS_AGAIN_AFTER_MS : HANGS_AFTER_MS;
}

async function observedOutput({ variant, mediaType, body }: CheckedOutput): Promise<ObservedOutput> {
  const image = isMediaType(mediaType) ? await decodeOrError(body) : undefined;
  return { variant: variant.name, mediaType, body: Buffer.from(body), image };
}

async function decodeOrError(body: Uint8Array): Promise<DecodedImage | Error> {
  try {
    return await decodeImage(body);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

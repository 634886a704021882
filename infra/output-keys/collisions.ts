import { literalPrefix, parseTemplate } from "../../runtime/output-key.ts";
import { exampleWithin, type Keyed, type KeyedWorker, uploadOf } from "./example-uploads.ts";
import { keyMachines } from "./key-machine.ts";
import { sharedKey } from "./shared-key.ts";
import { tellsUploads } from "./upload-from-key.ts";

export type { KeyedWorker } from "./example-uploads.ts";

interface Meeting {
  readonly key: string;
  readonly pair: readonly [Keyed, Keyed];
  /** The uploads whose outputs meet there, if examples were found. */
  readonly uploads?: readonly [string, string];
}

/**
 * Where two outputs could get one key, as sentences; none means that no two uploads, whatever their keys are, and no two
 * variants or workers ever do. Workers that all say `flatten: true` may meet. Some templates are refused though they would do
 * no harm, as one that names parts of a key more than once.
 */
export function collisions(workers: readonly KeyedWorker[]): string[] {
  return workers.flatMap((worker, index) => [
    ...(worker.flatten ? [] : [...problemsWithin(worker)]),
    ...workers
      .slice(index + 1)
      .flatMap((other) => (worker.flatten && other.flatten ? [] : problemsBetween(worker, other))),
  ]);
}

function problemsWithin(worker: KeyedWorker): string[] {
  const { name, template, variants } = worker;
  const parts = parseTemplate(template);
  const untold = variants.find((variant) => !tellsUploads(parts, variant));
  if (untold) {
    const example = exampleWithin({ worker, variant: untold });
    return [
      `Expected a key of its own for each upload from the outputKey of ${name}, received ${template}${example}. ${allow(name)}`,
    ];
  }
  const pairs = variants.flatMap((variant, index) =>
    variants.slice(index + 1).map(
      (other) =>
        [
          { worker, variant },
          { worker, variant: other },
        ] as const,
    ),
  );
  const meeting = clearest(meetings(pairs));
  return meeting
    ? [
        `Expected a key of its own for each variant from the outputKey of ${name}, received ${template}, which gives ${meets(meeting)}. ${allow(name)}`,
      ]
    : [];
}

function problemsBetween(worker: KeyedWorker, other: KeyedWorker): string[] {
  const pairs = worker.variants.flatMap((variant) =>
    other.variants.map(
      (otherVariant) =>
        [
          { worker, variant },
          { worker: other, variant: otherVariant },
        ] as const,
    ),
  );
  const meeting = clearest(meetings(pairs));
  const names = `${worker.name} and ${other.name}`;
  return meeting
    ? [
        `Expected other keys for the outputs of ${names}, received ${worker.template} and ${other.template}, which give ${meets(meeting)}. ${allow(names)}`,
      ]
    : [];
}

/** The first meeting of which both uploads are known, or the first of all. */
function clearest(meetings: Iterable<Meeting>): Meeting | undefined {
  const all = [...meetings];
  return all.find(({ uploads }) => uploads) ?? all[0];
}

/** The pairs that could meet, each at a shortest key. */
function* meetings(pairs: readonly (readonly [Keyed, Keyed])[]): Generator<Meeting> {
  for (const pair of pairs) {
    const [one, other] = pair.map(({ worker }) => literalPrefix(worker.template, worker.name));
    if (one === undefined || other === undefined || !(one.startsWith(other) || other.startsWith(one))) continue;
    for (const hasExtension of [false, true]) {
      for (const otherHasExtension of [false, true]) {
        const shared = sharedKey(machinesOf(pair[0], hasExtension), machinesOf(pair[1], otherHasExtension));
        if (!shared) continue;
        const uploads = [
          uploadOf(pair[0], shared.key, shared.parts[0], hasExtension),
          uploadOf(pair[1], shared.key, shared.parts[1], otherHasExtension),
        ] as const;
        yield { key: shared.key, pair, ...(areFound(uploads) && { uploads }) };
      }
    }
  }
}

function machinesOf({ worker, variant }: Keyed, hasExtension: boolean) {
  return keyMachines(parseTemplate(worker.template), {
    name: worker.name,
    variant,
    prefix: worker.prefix,
    hasExtension,
  });
}

function areFound(uploads: readonly [string | undefined, string | undefined]): uploads is readonly [string, string] {
  return uploads.every((upload) => upload !== undefined);
}

function meets({ key, pair: [one, other], uploads }: Meeting): string {
  const [first, second] = uploads ?? [];
  return first !== undefined && second !== undefined
    ? `${key} to both ${one.variant.name} of ${first} and ${other.variant.name} of ${second}`
    : `${key} to both ${one.variant.name} and ${other.variant.name}`;
}

function allow(names: string): string {
  return `Set flatten: true for ${names} if the last one written may stay.`;
}

import { type Output, options, type Source, type Transform } from "../../../runtime/contract.ts";

/** A transform that breaks one promise and no other. */
export interface CounterExample {
  readonly transform: Transform;
  readonly file?: string;
}

/** Keeps every promise: the source, encoded anew. */
export const KEEPS_ALL: Transform = {
  summary: "The source in its own format.",
  accepts: ["image/jpeg", "image/gif"],
  options: options({}),
  variants: () => [{ name: "copy", format: "source" }],
  limits: { memoryMb: 1769, timeoutSeconds: 60 },
  async *transform(source) {
    yield { variant: "copy", body: await copy(source) };
  },
};

/** One that keeps every promise but for what it yields. */
export function yielding(transform: (source: Source, signal: AbortSignal) => AsyncIterable<Output>): CounterExample {
  return { transform: { ...KEEPS_ALL, transform: (source, { signal }) => transform(source, signal) } };
}

/** One that yields copies, and does something else first. */
export function doing(work: (source: Source, signal: AbortSignal) => unknown): CounterExample {
  return yielding(async function* (source, signal) {
    const body = await copy(source);
    await work(source, signal);
    yield { variant: "copy", body };
  });
}

export function copy(source: Source): Promise<Buffer> {
  // Quickly, but for PNGs: sharp gives those a palette that are asked for with an effort.
  return source
    .image()
    .toFormat(source.format, source.format === "png" ? {} : { effort: 1 })
    .toBuffer();
}

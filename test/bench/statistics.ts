/** A value, and the range in which its rounds lie but for the tenth at either end. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** `open` is above the target, in rounds some of which are not: noise may be all that it is. */
export type Verdict = "met" | "open" | "missed" | "no target";

const LOW = 0.1;
const HIGH = 0.9;

/** Throws a `RangeError` for no values at all. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The value below which a share of all values lies, between two of them in proportion. Throws a `RangeError` for none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  const place = (sorted.length - 1) * share;
  const [below, above] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
  if (below === undefined || above === undefined)
    throw new RangeError("Expected at least one value for a quantile, received none.");
  return below + (above - below) * (place - Math.floor(place));
}

/** The median of all rounds. */
export function estimate(values: readonly number[]): Estimate {
  return { value: median(values), low: quantile(values, LOW), high: quantile(values, HIGH) };
}

/** A value found otherwise, with the range of its rounds, which it never lies outside of. */
export function spread(value: number, rounds: readonly number[]): Estimate {
  const { low, high } = estimate(rounds);
  return { value, low: Math.min(low, value), high: Math.max(high, value) };
}

/** The ratio of two medians; its range is that of the ratios of the rounds, each of which measured both in turn. */
export function ratioOf(ours: readonly number[], others: readonly number[]): Estimate {
  if (ours.length !== others.length)
    throw new RangeError(`Expected as many rounds of either side, received ${ours.length} and ${others.length}.`);
  const ratios = ours.map((value, round) => value / (others[round] ?? Number.NaN));
  return spread(median(ours) / median(others), ratios);
}

/** A target is missed only if the whole range lies above it. */
export function judge({ value, low }: Estimate, target: number | undefined): Verdict {
  if (target === undefined) return "no target";
  if (value <= target) return "met";
  return low > target ? "missed" : "open";
}

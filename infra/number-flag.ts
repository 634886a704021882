/** A number that a flag was given. Throws a `TypeError` that names the flag. */
export function readNumber(flag: string, text: string, min: number): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value < min || text.trim() === "")
    throw new TypeError(`Expected a number of at least ${min} for --${flag}, received ${text}.`);
  return value;
}

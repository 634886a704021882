/** A number that a flag was given. Throws a `TypeError` that names the flag. */
export function readNumber(flag: string, text: string, min: number): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value < min || text.trim() === "")
    throw new TypeError(`Expected a number of at least ${min} for --${flag}, received ${text}.`);
  return value;
}

/** A whole number that a flag was given. Throws a `TypeError` that names the flag. */
export function readWhole(flag: string, text: string, min: number): number {
  const value = readNumber(flag, text, min);
  if (!Number.isSafeInteger(value))
    throw new TypeError(`Expected a whole number of at least ${min} for --${flag}, received ${text}.`);
  return value;
}

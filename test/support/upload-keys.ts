/** Every key that uploads can have, of at most so many of the pieces. */
export function uploadKeys(pieces: readonly string[], length: number): string[] {
  const keys = new Set<string>();
  let layer = [""];
  for (let count = 0; count < length; count++) {
    layer = layer.flatMap((key) => pieces.map((piece) => key + piece));
    // Markers of folders are not worked on.
    for (const key of layer) if (!key.endsWith("/")) keys.add(key);
  }
  return [...keys];
}

/** Numbers from 0 up to, and without, a limit: the same for the same seed. */
export function repeatableNumbers(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    // Numerical Recipes' generator; its low bits repeat too soon.
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state >>> 8) % limit;
  };
}

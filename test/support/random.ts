/** Numbers that look like chance and come again with the seed. */
export interface Random {
  /** From 0 to 1, without 1. */
  fraction(): number;
  /** An integer of a range, both ends included. */
  integer(min: number, max: number): number;
  pick<Item>(items: readonly Item[]): Item;
  /** Whether something happens that happens in this share of all cases. */
  chance(share: number): boolean;
}

/** Mulberry32, which is small, fast and good enough for tests (https://gist.github.com/tommyettinger/46a874533244883189143505d203312c). */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const fraction = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const integer = (min: number, max: number) => min + Math.floor(fraction() * (max - min + 1));
  return {
    fraction,
    integer,
    pick: (items) => {
      const item = items[integer(0, items.length - 1)];
      if (item === undefined) throw new RangeError("Expected at least one item to pick from, received none.");
      return item;
    },
    chance: (share) => fraction() < share,
  };
}

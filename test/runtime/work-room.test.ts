import { setImmediate } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { resourcesOf, WorkRoom } from "../../runtime/work-room.ts";

const MEGAPIXELS = 1_000_000;

/** Works on images that never end; tells which have begun, and the lanes each has at that moment. */
function beginIn(room: WorkRoom) {
  const lanesOf = new Map<string, () => number>();
  return {
    compute(name: string, pixels: number): void {
      void room.compute(pixels, (lanes) => {
        lanesOf.set(name, lanes);
        return new Promise(() => {});
      });
    },
    async begun(): Promise<Record<string, number>> {
      await setImmediate();
      return Object.fromEntries([...lanesOf].map(([name, lanes]) => [name, lanes()]));
    },
  };
}

describe("the room of a function", () => {
  it.each([
    [1769, 80_950_000, 161_900_000],
    [512, 18_100_000, 36_200_000],
    [128, 0, 0],
  ])("follows from its %i MB", (memoryMb, pixels, tenth) => {
    expect(resourcesOf(memoryMb, 2)).toEqual({ pixels, downloadBytes: tenth, canvasBytes: tenth, cores: 2 });
  });

  it("takes two small images a core, and one large one", async () => {
    const room = beginIn(new WorkRoom(resourcesOf(Infinity, 1)));
    for (const name of ["small", "second", "third"]) room.compute(name, MEGAPIXELS);
    for (const name of ["large", "other"]) room.compute(name, 24 * MEGAPIXELS);

    expect(Object.keys(await room.begun())).toEqual(["small", "second", "large"]);
  });

  it("keeps some for small images beside the largest", async () => {
    const room = beginIn(new WorkRoom({ ...resourcesOf(Infinity, 2), pixels: 30 * MEGAPIXELS }));
    room.compute("huge", 100 * MEGAPIXELS);
    room.compute("huge too", 100 * MEGAPIXELS);
    room.compute("small", MEGAPIXELS);

    expect(Object.keys(await room.begun())).toEqual(["huge", "small"]);
  });

  it("gives an image that is alone a lane for each core, and several images one each", async () => {
    const room = beginIn(new WorkRoom({ ...resourcesOf(Infinity, 2), pixels: 100 * MEGAPIXELS }));
    room.compute("first", 24 * MEGAPIXELS);
    const alone = await room.begun();
    room.compute("second", 24 * MEGAPIXELS);

    expect(alone).toEqual({ first: 2 });
    expect(await room.begun()).toEqual({ first: 1, second: 1 });
  });

  it("gives an image one lane if its pixels fill the memory", async () => {
    const room = beginIn(new WorkRoom({ ...resourcesOf(Infinity, 4), pixels: 150 * MEGAPIXELS }));
    room.compute("large", 100 * MEGAPIXELS);

    expect(await room.begun()).toEqual({ large: 1 });
  });

  it("keeps no more of canvases than its share", () => {
    const { canvases } = new WorkRoom({ ...resourcesOf(Infinity, 1), canvasBytes: 10 });
    const [kept, beyond] = [canvases.take(10), canvases.take(1)];
    for (const canvas of [kept, beyond]) canvases.give(canvas);

    expect([canvases.take(1), canvases.take(1)].map(({ buffer }) => buffer === kept.buffer)).toEqual([true, false]);
  });

  it("holds as many sources as memory has room for, and one that is larger alone", async () => {
    const room = new WorkRoom({ ...resourcesOf(Infinity, 1), downloadBytes: 10 });
    const held: string[] = [];
    const hold = (name: string, bytes: number) =>
      void room.hold(bytes, () => {
        held.push(name);
        return new Promise(() => {});
      });
    hold("first", 6);
    hold("second", 4);
    hold("third", 1);
    await setImmediate();

    expect(held).toEqual(["first", "second"]);
  });
});

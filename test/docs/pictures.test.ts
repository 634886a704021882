import { readdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import sharp, { type Sharp } from "sharp";
import { describe, expect, it } from "vitest";
import type { Transform } from "../../runtime/contract.ts";
import { readTransforms } from "../../runtime/registry.ts";
import { PROJECT_ROOT } from "../support/project-files.ts";
import { areAlike, isCurrent, picturePath, renderPicture } from "./pictures.ts";

const MAX_BYTES = 40_000;

const transforms = await readTransforms(join(PROJECT_ROOT, "transforms"));

describe("the README's pictures", () => {
  it.each(transforms.entries())("show what $name does, in a small file", async (registered) => {
    const picture = await renderPicture(registered);

    expect(await isCurrent(registered.name, picture), "npm run docs writes the pictures").toBe(true);
    expect((await stat(join(PROJECT_ROOT, picturePath(registered.name)))).size).toBeLessThan(MAX_BYTES);
  });

  it("are of the transforms that there are", async () => {
    const files = await readdir(join(PROJECT_ROOT, "test/docs/pictures"));

    expect(files.sort()).toEqual(
      transforms
        .names()
        .map((name) => basename(picturePath(name)))
        .sort(),
    );
  });
});

describe("a picture", () => {
  const thumbnail = transforms.get("thumbnail");

  it("is the same in another quality", async () => {
    const picture = await renderPicture({ name: "thumbnail", transform: thumbnail });
    const coarser = await sharp(picture).webp({ quality: 50 }).toBuffer();

    expect(coarser.equals(picture)).toBe(false);
    expect(await areAlike(picture, coarser)).toBe(true);
  });

  it.each<[how: string, change: Partial<Transform>]>([
    ["turned", drawing((image) => image.flop())],
    ["a little darker", drawing((image) => image.linear(0.88))],
    ["of another size", drawing((image) => image.resize(100))],
  ])("is another when what it shows is %s", async (_, change) => {
    const picture = await renderPicture({ name: "thumbnail", transform: thumbnail });
    const changed = await renderPicture({ name: "thumbnail", transform: { ...thumbnail, ...change } });

    expect(await areAlike(picture, changed)).toBe(false);
  });
});

/** The preview's own drawing, and something more. */
function drawing(change: (image: Sharp) => Sharp): Partial<Transform> {
  return {
    async *transform(source) {
      const image = source.image().resize(128, 128, { fit: "inside", withoutEnlargement: true });
      yield { variant: "small", body: await change(image).toBuffer() };
    },
  };
}

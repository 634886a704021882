import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { MediaType } from "../../runtime/contract.ts";
import { type FixtureName, fixture } from "../support/fixtures.ts";

/** A pixel in each other format that the prebuilt libvips reads. */
const UNWANTED = ["svg", "v"];

const WANTED: [FixtureName, MediaType][] = [
  ["jpeg", "image/jpeg"],
  ["png", "image/png"],
  ["webp", "image/webp"],
  ["gif", "image/gif"],
  ["avif", "image/avif"],
  ["tiff", "image/tiff"],
];

const decodes = (image: Uint8Array | string) =>
  sharp(image)
    .metadata()
    .then(
      () => true,
      () => false,
    );

describe("this process", () => {
  const before = new Map<string, boolean>();
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "loaders-"));
    await writeFile(join(folder, "pixel.svg"), '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>');
    await sharp({ create: { width: 1, height: 1, channels: 3, background: "red" } }).toFile(join(folder, "pixel.v"));
    for (const extension of UNWANTED) before.set(extension, await decodes(join(folder, `pixel.${extension}`)));
    await import("../../runtime/source.ts");
  });

  afterAll(() => rm(folder, { recursive: true }));

  it.each(UNWANTED)("reads no .%s once sources can be opened, though it did before", async (extension) => {
    const after = await decodes(join(folder, `pixel.${extension}`));

    expect([before.get(extension), after]).toEqual([true, false]);
  });

  it.each(WANTED)("reads %s", async (name) => {
    expect(await decodes(await fixture(name))).toBe(true);
  });

  it.each(WANTED)("reads %s alone when only its type is allowed", async (name, mediaType) => {
    const { allowLoaders } = await import("../../runtime/source.ts");

    allowLoaders([mediaType]);
    const readable = await Promise.all(WANTED.map(async ([other]) => [other, await decodes(await fixture(other))]));

    expect(readable.filter(([, decoded]) => decoded)).toEqual([[name, true]]);
  });
});

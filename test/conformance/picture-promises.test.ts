import { describe, expect, it } from "vitest";
import type { Source, Transform } from "../../runtime/contract.ts";
import { brokenPromises } from "./broken-promises.ts";
import { KEEPS_ALL } from "./counter-examples/counter-example.ts";

const TRANSPARENCY = "keeps transparency, or fills it on purpose";
const COLOURS = "converts colours to sRGB";

const PREVIEWS: Transform = {
  ...KEEPS_ALL,
  accepts: ["image/png"],
  variants: () => [{ name: "copy", format: "image/jpeg" }],
};

describe("what a viewer sees", () => {
  it.each<[how: string, transform: Transform, broken: string[]]>([
    [
      "JPEGs that are black where the source was transparent",
      jpegs((source) => source.image("image/jpeg")),
      [TRANSPARENCY],
    ],
    ["JPEGs with a background", jpegs((source) => source.image("image/jpeg").flatten({ background: "#fff" })), []],
    [
      "print colours in the negative",
      copies(async (source) => ((await isForPrint(source)) ? source.image().negate() : source.image())),
      [COLOURS],
    ],
    ["print colours as they are", copies(async (source) => source.image().toColourspace("cmyk")), [COLOURS]],
  ])("is judged for %s", async (_, transform, broken) => {
    expect(Object.keys(await brokenPromises({ name: "seen", transform }))).toEqual(broken);
  });
});

function jpegs(draw: (source: Source) => ReturnType<Source["image"]>): Transform {
  return {
    ...PREVIEWS,
    async *transform(source) {
      yield { variant: "copy", body: await draw(source).toBuffer() };
    },
  };
}

function copies(draw: (source: Source) => Promise<ReturnType<Source["image"]>>): Transform {
  return {
    ...KEEPS_ALL,
    accepts: ["image/jpeg"],
    async *transform(source) {
      yield { variant: "copy", body: await (await draw(source)).toBuffer() };
    },
  };
}

async function isForPrint(source: Source): Promise<boolean> {
  return (await source.image().metadata()).space === "cmyk";
}

import { describe, expect, it } from "vitest";
import pixelate from "../../../transforms/pixelate.ts";
import rotate from "../../../transforms/rotate.ts";
import thumbnail from "../../../transforms/thumbnail.ts";
import { outputsOf } from "../../support/run.ts";
import { INPUTS } from "../inputs/inputs.ts";
import { fidelityProblems } from "./check.ts";

describe("the outputs of a benchmark", () => {
  it("are right if they are the product's", async () => {
    const [png, gif] = [await INPUTS["tiny.png"](), await INPUTS["tiny.gif"]()];
    const pixelated = await outputsOf(pixelate, png);

    const problems = [
      await fidelityProblems("pixelate", { source: png, ours: pixelated, pillow: pixelated }),
      await fidelityProblems("gif turns", { source: gif, ours: await outputsOf(rotate, gif), pillow: undefined }),
      await fidelityProblems("thumbnail", { source: png, ours: await outputsOf(thumbnail, png), pillow: undefined }),
    ];

    expect(problems).toEqual([[], [], []]);
  });

  it("are wrong if cells are another picture's", async () => {
    const source = await INPUTS["tiny.png"]();
    const outputs = await outputsOf(pixelate, source);
    const others = new Map([...outputs].map(([variant]) => [variant, source]));

    const problems = await fidelityProblems("pixelate", { source, ours: outputs, pillow: others });

    expect(problems).toContainEqual(expect.stringMatching(/^Expected cells of 8x8 within 2 levels of Pillow's/));
  });

  it("are wrong if the enlargement is not made of cells", async () => {
    const source = await INPUTS["tiny.png"]();
    const outputs = new Map([...(await outputsOf(pixelate, source)), ["8x8", source]]);

    const problems = await fidelityProblems("pixelate", { source, ours: outputs, pillow: undefined });

    expect(problems).toEqual([expect.stringMatching(/^Expected 8x8 enlarged as NEAREST does it, received \d+ other/)]);
  });

  it("are wrong if a GIF is turned the other way", async () => {
    const source = await INPUTS["tiny.gif"]();
    const outputs = await outputsOf(rotate, source);
    const swapped = new Map([
      ["clockwise", outputs.get("counterclockwise") ?? source],
      ["counterclockwise", outputs.get("counterclockwise") ?? source],
    ]);

    const problems = await fidelityProblems("gif turns", { source, ours: swapped, pillow: undefined });

    expect(problems).toEqual([expect.stringMatching(/^Expected clockwise without any loss, received \d+ pixels/)]);
  });

  it("are wrong if a thumbnail has another size", async () => {
    const source = await INPUTS["small-srgb.jpg"]();

    const problems = await fidelityProblems("thumbnail", {
      source,
      ours: new Map([["small", source]]),
      pillow: undefined,
    });

    expect(problems).toEqual(["Expected small of 128 x 96, received 320 x 240."]);
  });
});

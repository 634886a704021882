import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { EXAMPLE_RESULTS } from "./example-results.ts";
import { benchPicture } from "./picture.ts";
import { readmeNote, readmeRows } from "./readme.ts";
import { benchTable } from "./table.ts";

describe("what a benchmark found", () => {
  it("is a table that says plainly what was missed and what failed", () => {
    expect(benchTable(EXAMPLE_RESULTS)).toEqual([
      "2026-01-02T03:04:05.678Z, 3 rounds",
      "A <fast> CPU, 2 cores, 4 GB, linux x64; node 24.0.0, sharp 0.35.0, Pillow 9.4.0",
      "",
      "job                    in      ours     compared with           ratio  its rounds    target",
      "pixelate, 6 MP JPEG    wall    70.0 ms  Pillow         250 ms   0.28   0.27 to 0.31  0.35    met",
      "rotate, GIF            wall    30.0 ms  Pillow         15.0 ms  2.00   1.90 to 2.10  0.95    MISSED",
      "resize, 6 MP JPEG      cpu     40.0 ms  bare sharp     40.0 ms  1.00   0.90 to 1.10          no target",
      "peak memory: pixelate  memory  410 MB                                  390 to 420    400     above it, in some rounds not",
      "",
      "Ratios are of medians.",
      "FAILED rotate-gif: Expected clockwise without any loss, received 3 pixels.",
    ]);
  });

  it("is rows of the README's table", () => {
    expect(readmeRows(EXAMPLE_RESULTS).slice(1)).toEqual([
      ["pixelate, 6 MP JPEG", "70.0 ms", "Pillow: 250 ms", "**0.28**", "0.27–0.31", "≤ 0.35", "met"],
      ["rotate, GIF", "30.0 ms", "Pillow: 15.0 ms", "**2.00**", "1.90–2.10", "≤ 0.95", "**missed**"],
      ["resize, 6 MP JPEG (CPU time)", "40.0 ms", "bare sharp: 40.0 ms", "**1.00**", "0.90–1.10", "", ""],
      ["peak memory: pixelate", "410 MB", "", "", "", "≤ 400 MB", "above, within noise"],
    ]);
  });

  it("says under the README's table where and when that was", () => {
    expect(readmeNote(EXAMPLE_RESULTS)).toBe(
      "Measured on 2026-01-02 in 3 rounds on A <fast> CPU, 2 cores, 4 GB, linux x64; node 24.0.0, sharp 0.35.0, Pillow 9.4.0.\n\n- Ratios are of medians.",
    );
  });

  it("is a picture that renders, with a title and a description", async () => {
    const svg = benchPicture(EXAMPLE_RESULTS);

    const { format, width } = await sharp(Buffer.from(svg)).metadata();

    expect({ format, width }).toEqual({ format: "svg", width: 860 });
    expect(svg).toContain('<title id="title">');
    expect(svg).toContain("pixelate, 6 MP JPEG: 0.28; rotate, GIF: 2.00.</desc>");
    expect(svg).toContain("A &lt;fast&gt; CPU");
  });

  it("is a picture whose bars are as long as their ratios, up to its edge", () => {
    const bars = [...benchPicture(EXAMPLE_RESULTS).matchAll(/<rect class="([a-z ]+)".*? width="([\d.]+)"/g)];

    expect(bars.map(([, kind, width]) => [kind, width])).toEqual([
      ["bar", "64.6"],
      ["bar missed", "300"],
    ]);
  });
});

import { describe, expect, it } from "vitest";
import { readOptOut } from "../../runtime/opt-out.ts";

function optOutOf(value: string) {
  return readOptOut({ metadata: { "image-machine": value } }, "resize");
}

describe("an upload's metadata", () => {
  it("opts out of nothing by itself", () => {
    expect(readOptOut({ metadata: { title: "skip" } }, "resize")).toEqual({ isOut: false, notes: [] });
  });

  it.each(["skip", "Skip", " skip ", "resize", "resize,thumbnail", "thumbnail , RESIZE", "skip,resize"])(
    "opts out by %j",
    (value) => {
      expect(optOutOf(value)).toEqual({ isOut: true, notes: [] });
    },
  );

  it.each(["thumbnail", "resize-large", "resi", "skip,thumbnail", "thumbnail,rotate"])(
    "opts out of other workers by %j",
    (value) => {
      expect(optOutOf(value)).toEqual({ isOut: false, notes: [] });
    },
  );

  it.each(["", "skip resize", "resize,", "résize", "skip;", "true!", "resize,1up", "=?UTF-8?Q?r=C3=A9size?="])(
    "says nothing by %j, and a note says so",
    (value) => {
      expect(optOutOf(value)).toEqual({
        isOut: false,
        notes: [
          `Expected skip or names of workers in the user metadata image-machine, received ${JSON.stringify(value)}, which is ignored.`,
        ],
      });
    },
  );
});

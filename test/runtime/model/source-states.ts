import sharp from "sharp";
import type { Transform } from "../../../runtime/contract.ts";
import { OPT_OUT } from "../../../runtime/opt-out.ts";
import type { StoredObject } from "../../support/memory-store.ts";
import { scripted } from "../../support/test-transforms.ts";

/** The sources tell themselves apart by their width, and so do their outputs. */
const [a, b, flawed] = await Promise.all([image(1, 1), image(2, 1), image(3, 1)]);

/** What an upload can be; several have the same bytes, and so the same ETag. */
export const SOURCES = {
  a: { body: a },
  b: { body: b },
  aTitled: { body: a, metadata: { title: "A" } },
  aOptedOut: { body: a, metadata: { [OPT_OUT]: "skip" } },
  aCompressed: { body: a, contentEncoding: "gzip" },
  flawed: { body: flawed },
  text: { body: Buffer.from("This is no image.") },
  empty: { body: Buffer.of() },
  gone: undefined,
} as const satisfies Record<string, StoredObject | undefined>;

export type SourceState = keyof typeof SOURCES;

export const SOURCE_STATES = Object.keys(SOURCES) as SourceState[];

const VARIANTS = ["one", "two"] as const;

const outputs = await Promise.all(VARIANTS.map((_, index) => Promise.all([1, 2, 3].map((it) => image(it, index + 2)))));

/** Two variants of each source, whose bytes are made from it; one source fails for good after the first. */
export const twoSizes: Transform = scripted({
  variants: VARIANTS.map((name) => ({ name, format: "source" })),
  async *run({ width }) {
    for (const [index, variant] of VARIANTS.entries()) {
      if (width === 3 && index === 1) throw new Error("This source has a flaw.");
      yield { variant, body: outputs[index]?.[width - 1] };
    }
  },
});

function image(width: number, height: number): Promise<Buffer> {
  return sharp({ create: { width, height, channels: 3, background: "#ff0000" } })
    .png()
    .toBuffer();
}

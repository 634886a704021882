import { describe, expect, it } from "vitest";
import { collisions, type KeyedWorker } from "../../../infra/output-keys/collisions.ts";
import type { Variant } from "../../../runtime/contract.ts";
import { DEFAULT_OUTPUT_KEY, outputKey, problemOfTemplate } from "../../../runtime/output-key.ts";
import { repeatableNumbers, uploadKeys } from "../../support/upload-keys.ts";

const GRIDS = ["8x8", "8x8-large", "16x16"];

function worker(name: string, template: string, given: Partial<KeyedWorker> & { of?: string[] } = {}): KeyedWorker {
  const { of = ["small"], ...rest } = given;
  const variants = of.map((variant): Variant => ({ name: variant, format: "source" }));
  return { name, template, flatten: false, prefix: "", variants, ...rest };
}

const AS_WEBP: Variant[] = [{ name: "small", format: "image/webp" }];

describe("workers' output keys", () => {
  it.each<[string, KeyedWorker[]]>([
    ["the default", [worker("a", DEFAULT_OUTPUT_KEY, { of: GRIDS }), worker("a-b", DEFAULT_OUTPUT_KEY, { of: GRIDS })]],
    ["the default for webp", [worker("a", DEFAULT_OUTPUT_KEY, { variants: AS_WEBP })]],
    ["the upload's own", [worker("a", "{key}")]],
    ["the upload's own in parts", [worker("a", "{dir}{base}{ext}")]],
    ["parts with text between", [worker("a", "{dir}{base}_{variant}{ext}", { of: ["small", "tiny"] })]],
    ["the whole key and the extension again", [worker("a", "{key}-{variant}{ext}", { of: ["small", "tiny"] })]],
    ["folders of variants", [worker("a", "{transform}/{variant}/{key}", { of: GRIDS })]],
    ["the whole key and another format's extension", [worker("a", "{key}{ext}", { variants: AS_WEBP })]],
    ["folders of their own", [worker("a", "resized/{key}"), worker("b", "thumbs/{key}")]],
    ["prefixes of their own", [worker("a", "x/{key}", { prefix: "a/" }), worker("b", "x/{key}", { prefix: "b/" })]],
    ["prefixes within a folder", [worker("a", "{key}", { prefix: "c/a-" }), worker("b", "{key}", { prefix: "c/b-" })]],
    [
      "flat ones that start with other text",
      [
        worker("resize", "resized/{key}"),
        worker("thumbnail", "thumbnails/{base}{ext}", { flatten: true }),
        worker("pixelate", "pixelated-{variant}-{base}{ext}", { flatten: true, of: ["8x8", "16x16"] }),
        worker("rotate", "TwistedClockWise/{base}TwistedClockWise{ext}", { flatten: true }),
      ],
    ],
    [
      "shared by those that all allow it",
      [worker("a", "x/{key}", { flatten: true }), worker("b", "x/y/{key}", { flatten: true })],
    ],
  ])("may be %s", (_, workers) => {
    expect(collisions(workers)).toEqual([]);
  });

  it.each<[string, KeyedWorker[], string]>([
    [
      "the name alone",
      [worker("thumbnail", "thumbnails/{base}{ext}")],
      "Expected a key of its own for each upload from the outputKey of thumbnail, received thumbnails/{base}{ext}, which gives thumbnails/a.jpg to small of both a.jpg and a/a.jpg. Set flatten: true for thumbnail if the last one written may stay.",
    ],
    [
      "the name without its extension, since another format has its own",
      [worker("a", "{dir}{base}{ext}", { variants: AS_WEBP })],
      "Expected a key of its own for each upload from the outputKey of a, received {dir}{base}{ext}, which gives a.webp to small of both a.jpg and a.png. Set flatten: true for a if the last one written may stay.",
    ],
    [
      "the parts in another order",
      [worker("a", "{dir}{ext}{base}")],
      "Expected a key of its own for each upload from the outputKey of a, received {dir}{ext}{base}, which may give one to several. Set flatten: true for a if the last one written may stay.",
    ],
    [
      "nothing of the upload",
      [worker("a", "{transform}/{variant}")],
      "Expected a key of its own for each upload from the outputKey of a, received {transform}/{variant}, which gives a/small to small of both a.jpg and a.png. Set flatten: true for a if the last one written may stay.",
    ],
    [
      "one for several variants",
      [worker("a", "a/{key}", { of: ["small", "tiny"] })],
      "Expected a key of its own for each variant from the outputKey of a, received a/{key}, which gives a/b to both small of b and tiny of b. Set flatten: true for a if the last one written may stay.",
    ],
    [
      "a folder in the other's",
      [worker("resize", "resized/{key}"), worker("thumbnail", "resized/thumbs/{key}")],
      "Expected other keys for the outputs of resize and thumbnail, received resized/{key} and resized/thumbs/{key}, which give resized/thumbs/a to both small of thumbs/a and small of a. Set flatten: true for resize and thumbnail if the last one written may stay.",
    ],
    [
      "a folder in the other's, which only one allows",
      [worker("resize", "x/{key}", { flatten: true }), worker("thumbnail", "x/t/{key}")],
      "Expected other keys for the outputs of resize and thumbnail, received x/{key} and x/t/{key}, which give x/t/a to both small of t/a and small of a. Set flatten: true for resize and thumbnail if the last one written may stay.",
    ],
    [
      "those of a prefix in the other's",
      [worker("a", "x/{key}", { prefix: "cats/" }), worker("b", "x/{key}", { prefix: "cats/old" })],
      "Expected other keys for the outputs of a and b, received x/{key} and x/{key}, which give x/cats/old to both small of cats/old and small of cats/old. Set flatten: true for a and b if the last one written may stay.",
    ],
    [
      "those of a hidden file in the other's",
      [worker("a", "{key}-{variant}{ext}"), worker("b", ".x-small", { flatten: true })],
      "Expected other keys for the outputs of a and b, received {key}-{variant}{ext} and .x-small, which give .x-small to both small of .x and small of a. Set flatten: true for a and b if the last one written may stay.",
    ],
    [
      "those of a folder with a dot in the other's",
      [worker("a", "{key}-{variant}{ext}"), worker("b", "d.d/x-small", { flatten: true })],
      "Expected other keys for the outputs of a and b, received {key}-{variant}{ext} and d.d/x-small, which give d.d/x-small to both small of d.d/x and small of a. Set flatten: true for a and b if the last one written may stay.",
    ],
    [
      "variants whose names go on like an upload's",
      [worker("a", "{variant}-{key}", { of: ["8x8", "8x8-large"] })],
      "Expected a key of its own for each variant from the outputKey of a, received {variant}-{key}, which gives 8x8-large-b to both 8x8 of large-b and 8x8-large of b. Set flatten: true for a if the last one written may stay.",
    ],
  ])("may not be %s", (_, workers, sentence) => {
    expect(collisions(workers)).toEqual([sentence]);
  });

  it("are told apart for as many workers as a stack may have", () => {
    const variants = Array.from({ length: 16 }, (_, index) => `${8 * index}x${8 * index}`);
    const workers = Array.from({ length: 20 }, (_, index) => worker(`a${index}`, DEFAULT_OUTPUT_KEY, { of: variants }));

    expect(collisions(workers)).toEqual([]);
  });
});

/** What chance makes templates of: all that keys are made of, and text that could pass for a part of another key. */
const WHOLE = ["{key}", "{key}", "{dir}{base}{ext}", "{dir}{base}-{ext}", "{dir}{base}"];
const PIECES = [
  "{key}",
  "{base}",
  "{ext}",
  "{variant}",
  "{transform}",
  "-",
  "/",
  ".",
  "a",
  "a/",
  "b/",
  ".a",
  ".gif",
  "",
];
const PREFIXES = ["", "", "", "a", "a/", "-"];
const FORMATS = ["source", "source", "image/gif"] as const;
const UPLOADS = uploadKeys(["a", ".", "/", "-", ".gif"], 4);

/** One or two workers whose templates differ by a piece or two. */
function workersByChance(seed: number): KeyedWorker[] {
  const number = repeatableNumbers(seed);
  const pick = <T>(from: readonly T[]): T => from[number(from.length)] as T;
  const first = [pick(PIECES), pick(PIECES), pick(WHOLE), pick(PIECES), pick(PIECES)];
  const second = first.map((piece) => (number(3) === 0 ? pick(PIECES) : piece));
  const workers = [first, second].slice(0, 1 + number(4)).map((pieces, index) => ({
    name: index === 0 ? "a" : "b",
    template: pieces.join(""),
    flatten: false,
    prefix: pick(PREFIXES),
    variants: ["a", "b"].slice(0, 1 + number(2)).map((variant) => ({ name: variant, format: pick(FORMATS) })),
  }));
  return workers.some(({ template }) => problemOfTemplate(template)) ? workersByChance(seed + 100_000) : workers;
}

/** Two outputs of one key, if there are any of the uploads tried. */
function foundCollision(workers: readonly KeyedWorker[]): string | undefined {
  const owners = new Map<string, string>();
  for (const { name, template, prefix, variants } of workers) {
    for (const upload of UPLOADS.filter((key) => key.startsWith(prefix))) {
      for (const variant of variants) {
        const key = outputKey(template, name, upload, variant);
        const owner = `${variant.name} of ${upload} in ${name}`;
        if (owners.has(key)) return `${key} is ${owners.get(key)} and ${owner}`;
        owners.set(key, owner);
      }
    }
  }
}

describe("workers whose output keys are allowed", () => {
  it("give no two outputs one key, whatever the templates and the uploads", () => {
    const allowed = Array.from({ length: 2_500 }, (_, seed) => workersByChance(seed)).filter(
      (workers) => collisions(workers).length === 0,
    );

    const collided = allowed.flatMap((workers) => {
      const found = foundCollision(workers);
      return found ? [{ workers, found }] : [];
    });

    expect(collided).toEqual([]);
    expect(allowed.length).toBeGreaterThan(200);
  });
});

import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import type { Transform } from "../../runtime/contract.ts";
import { brokenPromises } from "./broken-promises.ts";
import type { PromiseName } from "./promises.ts";
import { copyTransforms } from "./transform-copy.ts";

/** Two types are enough to break any promise by, and quicker than all. */
const TYPES = ["ALL_MEDIA_TYPES,\n  options", '["image/jpeg", "image/gif"],\n  options'] as const;

const BODY = "body: await image.toBuffer()";

/** All frames of the preview but the last. */
const WITHOUT_LAST_FRAME = `body: await (async () => {
  const { data, info } = await image.raw().toBuffer({ resolveWithObject: true });
  const frameHeight = info.height / source.frames;
  const height = frameHeight * Math.max(1, source.frames - 1);
  return source.fromPixels(data, { width: info.width, height, channels: info.channels, frameHeight }).toBuffer();
})()`;

const BREAKAGES: [how: string, promise: PromiseName, text: string, by: string][] = [
  ["writes another type", "writes the formats it declares", "source.image()", 'source.image("image/webp")'],
  ["drops a frame", "keeps animation where it keeps the format", BODY, WITHOUT_LAST_FRAME],
  ["keeps EXIF", "drops private metadata", "source.image()", "source.image().keepExif()"],
  [
    "adds random bytes",
    "gives the same bytes twice",
    BODY,
    "body: Buffer.concat([await image.toBuffer(), crypto.getRandomValues(new Uint8Array(8))])",
  ],
  [
    "sets a global",
    "leaves the process as it was",
    BODY,
    BODY.replace("image.", "Object.assign(globalThis, { image }).image."),
  ],
  [
    "keeps what it works on in its module",
    "gives the same bytes beside itself",
    `yield { variant: "small", ${BODY} }`,
    `shared.image = image; await image.clone().toBuffer(); yield { variant: "small", body: await shared.image.toBuffer() }`,
  ],
];

describe("a thumbnail", () => {
  it.each(BREAKAGES)("that %s breaks “%s” alone", async (how, promise, text, by) => {
    await using copies = await copyTransforms();
    const shared = ["export default", "const shared: { image?: any } = {};\nexport default"] as const;
    const file = await copies.write("thumbnail", "thumbnail", [shared, TYPES, [text, by]]);
    const { default: transform }: { default: Transform } = await import(`${pathToFileURL(file)}?${encodeURI(how)}`);

    const broken = await brokenPromises({ name: "thumbnail", transform });

    expect(broken).toEqual({ [promise]: expect.stringMatching(/^Expected .+ for .+, received .+\.$/) });
  });
});

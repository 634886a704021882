import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

/** Drawings that read like another format to whoever looks at the first bytes alone, and are well-formed all the same. */
const DISGUISES = {
  none: (drawing: string) => drawing,
  "an AVIF": (drawing: string) => `<!--ftypavif-->${drawing}`,
} as const;

describe("a drawing in SVG", () => {
  const asked: (string | undefined)[] = [];
  const readable = new Map<string, boolean>();
  let server: Server;

  const bytesOf = (disguise: keyof typeof DISGUISES) => {
    const { port } = server.address() as AddressInfo;
    const links = [`http://127.0.0.1:${port}/a.png`, `file://${import.meta.filename}`];
    const images = links.map((link) => `<image href="${link}" width="9" height="9"/>`).join("");
    const drawing = `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">${images}</svg>`;
    return Buffer.from(DISGUISES[disguise](drawing));
  };

  beforeAll(async () => {
    server = createServer(({ url }, response) => {
      asked.push(url);
      response.end();
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    for (const disguise of Object.keys(DISGUISES) as (keyof typeof DISGUISES)[]) {
      const { format } = await sharp(bytesOf(disguise))
        .metadata()
        .catch(() => ({ format: undefined }));
      readable.set(disguise, format === "svg");
    }
  });
  afterAll(() => server.close());

  it.each(Object.keys(DISGUISES) as (keyof typeof DISGUISES)[])(
    "is refused, and reaches neither network nor file, in the disguise of %s",
    async (disguise) => {
      // Only now: what is imported blocks the decoder.
      const { openSource } = await import("../../runtime/source.ts");

      await expect(openSource(bytesOf(disguise))).rejects.toMatchObject({ code: "SOURCE_CORRUPT" });
      expect(asked).toEqual([]);
      expect(readable.get(disguise)).toBe(true);
    },
  );

  it("is told from the format that its name and its type claim", async () => {
    const { sniff } = await import("../../runtime/media-type.ts");

    expect(sniff(bytesOf("none"))).toBeUndefined();
    expect(sniff(bytesOf("an AVIF"))).toBe("image/avif");
  });
});

import { readFile } from "node:fs/promises";
import type { Plugin } from "esbuild";
import { deflateSync, strToU8 } from "fflate";

/** Bytes of JSON below which it stays as it is: to inflate it would cost more than it saves. */
const LEAST_BYTES = 64 * 1024;

const LEVEL = 9;

/**
 * Puts large JSON files into a bundle deflated, to be inflated when the module is loaded: a font of 420 KB takes 110. The
 * compressor is in JavaScript, since zlib's gives other bytes with other versions of Node and on other processors.
 */
export const DEFLATED_DATA: Plugin = {
  // Kept bundles are compared by their settings, of which this is one: it stands for all that the plugin does.
  name: `deflated-json ${JSON.stringify({ LEAST_BYTES, LEVEL, module: moduleOf("") })}`,
  setup: ({ onLoad }) => {
    onLoad({ filter: /\.json$/ }, async ({ path, with: { type = "json" } }) => {
      const text = (await readFile(path, "utf8")).replace(/^\uFEFF/, "");
      if (type !== "json" || Buffer.byteLength(text) < LEAST_BYTES) return undefined;
      const deflated = deflateSync(strToU8(JSON.stringify(JSON.parse(text))), { level: LEVEL });
      return { loader: "js", contents: moduleOf(Buffer.from(deflated).toString("base64")) };
    });
  },
};

/** CommonJS, so that the data is both what requiring it gives and what a default import does. */
function moduleOf(base64: string): string {
  return `module.exports = JSON.parse(require("node:zlib").inflateRawSync(Buffer.from("${base64}", "base64")).toString());`;
}

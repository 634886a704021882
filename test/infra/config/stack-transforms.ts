import { defineTransform, integer, options } from "../../../runtime/contract.ts";
import { Registry } from "../../../runtime/registry.ts";

export const scale = defineTransform({
  summary: "The source, smaller.",
  accepts: ["image/png"],
  options: options({ percent: integer({ min: 1, max: 99, default: 50, describe: "Of each side." }) }),
  variants: ({ percent }) => (percent === 13 ? [] : [{ name: `${percent}-percent`, format: "source" }]),
  limits: { memoryMb: 1024, timeoutSeconds: 30 },
  async *transform() {},
});

export const copy = defineTransform({
  summary: "The source again.",
  accepts: ["image/gif"],
  options: options({}),
  variants: () => [{ name: "same", format: "source" }],
  limits: { memoryMb: 256, timeoutSeconds: 5 },
  async *transform() {},
});

/** As of a folder. */
export const transforms = new Registry().register("copy", copy).register("scale", scale);

import { fileURLToPath } from "node:url";
import { integer, options, type Transform } from "../../../runtime/contract.ts";
import type { DEFINITION_PROMISES } from "../definition-promises.ts";
import { type CounterExample, copy, KEEPS_ALL } from "./counter-example.ts";
import loadsSharp from "./files/loads-sharp.ts";
import readsEnvironment from "./files/reads-environment.ts";

export const DEFINITION_COUNTER_EXAMPLES: Readonly<Record<keyof typeof DEFINITION_PROMISES, CounterExample>> = {
  "is summed up in one sentence": { transform: { ...KEEPS_ALL, summary: "The source. In its own format." } },

  "needs no configuration": {
    transform: {
      ...KEEPS_ALL,
      options: options({ side: integer({ min: 1, max: 9, default: 0, describe: "A side." }) }),
    },
  },

  "names its variants legally": {
    transform: {
      ...KEEPS_ALL,
      variants: () => [{ name: "8/8", format: "source" }],
      async *transform(source) {
        yield { variant: "8/8", body: await copy(source) };
      },
    },
  },

  "declares the same variants each time": { transform: withVariantsInChangingOrder() },

  "asks for limits that a function can have": {
    transform: { ...KEEPS_ALL, limits: { memoryMb: 64, timeoutSeconds: 60 } },
  },

  "loads without sharp": { transform: loadsSharp as Transform, file: fileOf("loads-sharp.ts") },

  "does nothing when it is imported": {
    transform: readsEnvironment as Transform,
    file: fileOf("reads-environment.ts"),
  },
};

/** What the host makes of them is the same; a plan made twice is not. */
function withVariantsInChangingOrder(): Transform {
  let calls = 0;
  const variants = [
    { name: "copy", format: "source" },
    { name: "twin", format: "source" },
  ] as const;
  return {
    ...KEEPS_ALL,
    variants: () => (calls++ % 2 === 0 ? variants : variants.toReversed()),
    async *transform(source) {
      for (const { name } of variants) yield { variant: name, body: await copy(source) };
    },
  };
}

export function fileOf(name: string): string {
  return fileURLToPath(new URL(`files/${name}`, import.meta.url));
}

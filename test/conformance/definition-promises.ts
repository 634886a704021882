import { defineTransform, options, type Transform } from "../../runtime/contract.ts";
import { messageOf } from "../../runtime/errors.ts";
import { readOptions } from "../../runtime/options.ts";
import { Registry } from "../../runtime/registry.ts";
import { importReport } from "./import-report.ts";
import { defaultsOf } from "./observation.ts";
import { BrokenPromise, Inapplicable, type Promises } from "./promise.ts";

/** A definition that is right in every part, so that one part of another can be judged alone. */
const RIGHT = defineTransform({
  summary: "Nothing.",
  accepts: ["image/png"],
  options: options({}),
  variants: () => [{ name: "nothing", format: "source" }],
  limits: { memoryMb: 1769, timeoutSeconds: 60 },
  async *transform() {},
});

/** What a transform promises before it ever runs. */
export const DEFINITION_PROMISES = {
  async "is summed up in one sentence"({ transform: { summary } }) {
    takenByRegistry({ summary }, "summary");
    if (/[.!?]\s/.test(summary) || !/^[A-Z]/.test(summary)) {
      throw new BrokenPromise({ of: "summary", expected: "one sentence", received: JSON.stringify(summary) });
    }
  },

  async "needs no configuration"({ name, transform }) {
    try {
      readOptions(transform.options, undefined, name);
    } catch (error) {
      throw new BrokenPromise({
        of: "options",
        expected: "defaults that are valid",
        received: `"${messageOf(error)}"`,
      });
    }
  },

  async "names its variants legally"({ transform }) {
    const defaults = defaultsOf(transform);
    takenByRegistry({ variants: () => transform.variants(defaults) }, "variants");
  },

  async "declares the same variants each time"({ transform }) {
    const [once, twice] = [1, 2].map(() => JSON.stringify(transform.variants(defaultsOf(transform))));
    if (once !== twice) throw new BrokenPromise({ of: "variants", expected: `${once}`, received: `${twice}` });
  },

  async "asks for limits that a function can have"({ transform: { limits } }) {
    takenByRegistry({ limits }, "limits");
  },

  async "loads without sharp"({ file }) {
    if (file === undefined) throw new Inapplicable("It is in no file of its own.");
    const { sharp } = await importReport(file);
    if (sharp) throw new BrokenPromise({ of: file, expected: "an import that loads no sharp", received: sharp });
  },

  async "does nothing when it is imported"({ file }) {
    if (file === undefined) throw new Inapplicable("It is in no file of its own.");
    const { effects } = await importReport(file);
    if (effects.length > 0)
      throw new BrokenPromise({ of: file, expected: "an import without effects", received: effects.join(", ") });
  },
} as const satisfies Promises;

/** The registry is what refuses a definition; here it sees one part of it among right ones. */
function takenByRegistry(part: Partial<Transform>, of: string): void {
  try {
    new Registry().register("right", { ...RIGHT, ...part });
  } catch (error) {
    throw new BrokenPromise({ of, expected: "what the registry takes", received: `"${messageOf(error)}"` });
  }
}

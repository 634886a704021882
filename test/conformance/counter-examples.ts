import { BEHAVIOUR_COUNTER_EXAMPLES } from "./counter-examples/behaviour.ts";
import { type CounterExample, KEEPS_ALL } from "./counter-examples/counter-example.ts";
import { DEFINITION_COUNTER_EXAMPLES } from "./counter-examples/definitions.ts";
import { OUTPUT_COUNTER_EXAMPLES } from "./counter-examples/outputs.ts";
import { PICTURE_COUNTER_EXAMPLES } from "./counter-examples/pictures.ts";
import type { PromiseName } from "./promises.ts";

/** For each promise, a transform that breaks it and no other. */
export const COUNTER_EXAMPLES: Readonly<Record<PromiseName, CounterExample>> = {
  "excepts itself from promises alone": {
    transform: { ...KEEPS_ALL, exceptions: { "is beautiful": "Nobody would see it." } },
  },
  ...DEFINITION_COUNTER_EXAMPLES,
  ...OUTPUT_COUNTER_EXAMPLES,
  ...BEHAVIOUR_COUNTER_EXAMPLES,
  ...PICTURE_COUNTER_EXAMPLES,
};

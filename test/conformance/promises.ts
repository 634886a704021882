import { DEFINITION_PROMISES } from "./definition-promises.ts";
import { OUTPUT_PROMISES } from "./output-promises.ts";
import { PICTURE_PROMISES } from "./picture-promises.ts";
import type { Promises } from "./promise.ts";

/** Everything that a transform promises, in the order in which it is checked. */
export const PROMISES: Promises = { ...DEFINITION_PROMISES, ...OUTPUT_PROMISES, ...PICTURE_PROMISES };

import { parseArgs } from "node:util";
import { ACCOUNT_CONCURRENCY } from "../lambda-scaling.ts";
import { readNumber, readWhole } from "../number-flag.ts";
import { DEFAULT_REPETITIONS } from "./measure.ts";
import { DEFAULT_MEGAPIXELS } from "./measured-times.ts";
import type { Load } from "./simulate.ts";

/** What somebody wants to know. */
export interface EstimateFlags {
  readonly load: Load;
  readonly stack: string;
  readonly config: string | undefined;
  /** What is uploaded: images of a size, or like one in a file. */
  readonly images: { readonly megapixels: number } | { readonly file: string };
  readonly accountConcurrency: number;
  /** Messages a second, if it is not the region's quota. */
  readonly publicationsPerSecond: number | undefined;
  readonly json: boolean;
}

export interface MeasureFlags {
  readonly repetitions: number;
}

const DEFAULT_WINDOW_SECONDS = 300;

/** How these flags are explained. */
export const FLAGS_USAGE = `  --uploads N              how many uploads
  --window SECONDS         within which they come, evenly (default: ${DEFAULT_WINDOW_SECONDS})
  --stack NAME             the stack, whose configuration is in Pulumi.NAME.yaml (default: dev)
  --config FILE            configures the stack by this file of the same format, in place of Pulumi.NAME.yaml
  --megapixels N           of each upload (default: ${DEFAULT_MEGAPIXELS})
  --image FILE             measures with this image instead, which takes some seconds
  --account-concurrency N  functions that the account may run at once (default: ${ACCOUNT_CONCURRENCY}; new accounts have less)
  --sns-messages N         messages a second that the account may publish (default: the region's quota)
  --json                   all figures`;

/** Reads the flags of an estimate, or those of measuring. Throws a `TypeError` that names the flag which is wrong. */
export function readFlags(args: string[]): EstimateFlags | MeasureFlags {
  const { values } = parseArgs({
    args,
    options: {
      uploads: { type: "string" },
      window: { type: "string", default: String(DEFAULT_WINDOW_SECONDS) },
      stack: { type: "string", default: "dev" },
      config: { type: "string" },
      megapixels: { type: "string" },
      image: { type: "string" },
      "account-concurrency": { type: "string", default: String(ACCOUNT_CONCURRENCY) },
      "sns-messages": { type: "string" },
      json: { type: "boolean", default: false },
      measure: { type: "boolean", default: false },
      repetitions: { type: "string" },
    },
  });
  const { uploads, stack, config, megapixels, image, json, measure, repetitions } = values;
  if (measure) return { repetitions: readWhole("repetitions", repetitions ?? String(DEFAULT_REPETITIONS), 1) };
  if (repetitions !== undefined)
    throw new TypeError("Expected --repetitions only with --measure, received it without.");
  if (uploads === undefined) throw new TypeError("Expected a number for --uploads, received nothing.");
  if (image !== undefined && megapixels !== undefined)
    throw new TypeError("Expected one of --image and --megapixels, received both.");
  const publications = values["sns-messages"];
  return {
    load: { uploads: readWhole("uploads", uploads, 1), windowSeconds: readNumber("window", values.window, 0) },
    stack,
    config,
    images:
      image === undefined
        ? { megapixels: readNumber("megapixels", megapixels ?? String(DEFAULT_MEGAPIXELS), 0.01) }
        : { file: image },
    accountConcurrency: readWhole("account-concurrency", values["account-concurrency"], 1),
    publicationsPerSecond: publications === undefined ? undefined : readNumber("sns-messages", publications, 1),
    json,
  };
}

import { join } from "node:path";
import { placeBuckets } from "./buckets.ts";
import { readStack } from "./config.ts";
import { encryptionOf } from "./encryption.ts";
import { bundleFunctions } from "./function-code.ts";
import { readLayer } from "./layer.ts";
import { PackagesLayer } from "./packages-layer.ts";
import { PROJECT_ROOT } from "./project-root.ts";
import { Results } from "./results.ts";
import { Uploads } from "./uploads.ts";
import { Worker } from "./worker.ts";

const folder = join(PROJECT_ROOT, "transforms");
const stack = await readStack(folder);
const codeOf = await bundleFunctions(stack.workers, folder);

const encryption = encryptionOf(stack);
const buckets = placeBuckets(stack.places, { protect: stack.protectBuckets, encryption });
const uploads = new Uploads("uploads", { ...stack, bucket: buckets.uploads, layout: stack.places.layout, encryption });
const results = new Results("results", { encryption });
const packages = new PackagesLayer("packages", await readLayer(stack.architecture));
const deployed = stack.workers.map(
  ({ name, ...worker }) =>
    new Worker(name, {
      ...worker,
      stack,
      code: codeOf(worker.use),
      packages,
      uploads,
      outputs: buckets.outputs,
      results,
      encryption,
    }),
);

export const uploadsBucket = buckets.uploads.name;
export const uploadsPrefix = buckets.uploads.prefix;
export const outputsBucket = buckets.outputs.name;
export const outputsPrefix = buckets.outputs.prefix;
export const resultsTopicArn = results.topicArn;
export const workers = Object.fromEntries(deployed.map((worker) => [worker.name, worker.addresses]));

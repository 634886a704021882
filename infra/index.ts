import { join } from "node:path";
import { Bucket } from "./bucket.ts";
import { readStack } from "./config.ts";
import { Encryption, type EncryptionSettings } from "./encryption.ts";
import { bundleFunction } from "./function-code.ts";
import { readLayer } from "./layer.ts";
import { PackagesLayer } from "./packages-layer.ts";
import { PROJECT_ROOT } from "./project-root.ts";
import { Results } from "./results.ts";
import { Uploads } from "./uploads.ts";
import { Worker } from "./worker.ts";

const folder = join(PROJECT_ROOT, "transforms");
const stack = await readStack(folder);

const { protectBuckets: protect, kmsKeyArn: keyArn } = stack;
const encryption: EncryptionSettings =
  stack.encryption === "kms"
    ? new Encryption("encryption", { keyArn, protect, uses: ["notifications", "deliveries"] })
    : {};
const uploads = new Uploads("uploads", { protect, encryption });
const outputs = new Bucket("outputs", { protect, encryption });
const results = new Results("results", { encryption });
const packages = new PackagesLayer("packages", await readLayer(stack.architecture));
const deployed = await Promise.all(
  stack.workers.map(async (worker) => {
    const code = await bundleFunction({ worker: worker.name, transformFile: join(folder, `${worker.name}.ts`) });
    return new Worker(worker.name, { ...worker, stack, code, packages, uploads, outputs, results, encryption });
  }),
);

export const uploadsBucket = uploads.bucket.name;
export const outputsBucket = outputs.name;
export const resultsTopicArn = results.topicArn;
export const workers = Object.fromEntries(deployed.map((worker) => [worker.name, worker.addresses]));

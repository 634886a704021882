import { join } from "node:path";
import { placeBuckets } from "./buckets.ts";
import { readStack } from "./config.ts";
import { encryptionOf } from "./encryption.ts";
import { FailureMail } from "./failure-mail.ts";
import { bundleFunctions, bundleNotifier } from "./function-code.ts";
import { readLayer } from "./layer.ts";
import { Monitoring } from "./monitoring.ts";
import { PackagesLayer } from "./packages-layer.ts";
import { PROJECT_ROOT } from "./project-root.ts";
import { Results } from "./results.ts";
import { tagResources, tagWorker } from "./tags.ts";
import { Uploads } from "./uploads.ts";
import { Worker } from "./worker.ts";

const folder = join(PROJECT_ROOT, "transforms");
const stack = await readStack(folder);
const codeOf = await bundleFunctions(stack.workers, folder);

tagResources(stack.tags);
const encryption = encryptionOf(stack);
const buckets = placeBuckets(stack.places, { protect: stack.protectBuckets, encryption });
const uploads = new Uploads("uploads", { ...stack, bucket: buckets.uploads, layout: stack.places.layout, encryption });
const results = new Results("results", { encryption });
const packages = new PackagesLayer("packages", await readLayer(stack.architecture));
const deployed = stack.workers.map(
  ({ name, ...worker }) =>
    new Worker(
      name,
      { ...worker, stack, code: codeOf(worker.use), packages, uploads, outputs: buckets.outputs, results, encryption },
      { transformations: [tagWorker(name)] },
    ),
);

const { notifier } = new FailureMail("failure-mail", {
  ...stack.failureMail,
  code: stack.failureMail.by === "ses" ? await bundleNotifier() : undefined,
  results,
  stack,
  encryption,
});
const monitoring = new Monitoring("monitoring", {
  workers: deployed.map(({ monitored }) => monitored),
  uploads,
  results,
  notifier,
  alarms: stack.alarms,
  encryption,
});

export const uploadsBucket = buckets.uploads.name;
export const uploadsPrefix = buckets.uploads.prefix;
export const outputsBucket = buckets.outputs.name;
export const outputsPrefix = buckets.outputs.prefix;
export const resultsTopicArn = results.topicArn;
export const alarmsTopicArn = monitoring.alarmsTopicArn ?? null;
export const dashboardUrl = monitoring.dashboardUrl;
export const workers = Object.fromEntries(deployed.map((worker) => [worker.name, worker.addresses]));

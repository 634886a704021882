import { join } from "node:path";
import { Bucket } from "./bucket.ts";
import { readStack } from "./config.ts";
import { FailureMail, type FailureMailSettings } from "./failure-mail.ts";
import { bundleFunction, bundleNotifier } from "./function-code.ts";
import { readLayer } from "./layer.ts";
import { Monitoring } from "./monitoring.ts";
import { PackagesLayer } from "./packages-layer.ts";
import { PROJECT_ROOT } from "./project-root.ts";
import { Results } from "./results.ts";
import { Uploads } from "./uploads.ts";
import { METRICS_NAMESPACE, Worker } from "./worker.ts";

const folder = join(PROJECT_ROOT, "transforms");
const stack = await readStack(folder);

const uploads = new Uploads("uploads", { protect: stack.protectBuckets });
const outputs = new Bucket("outputs", { protect: stack.protectBuckets });
const results = new Results("results");
const packages = new PackagesLayer("packages", await readLayer(stack.architecture));
const deployed = await Promise.all(
  stack.workers.map(async (worker) => {
    const code = await bundleFunction({ worker: worker.name, transformFile: join(folder, `${worker.name}.ts`) });
    return new Worker(worker.name, { ...worker, stack, code, packages, uploads, outputs, results });
  }),
);

const failureMail: FailureMailSettings = { by: "none", to: [], from: "", windowSeconds: 60 };
const code = failureMail.by === "ses" ? await bundleNotifier() : undefined;
const { notifier } = new FailureMail("failure-mail", { ...failureMail, results, stack, code });
const monitoring = new Monitoring("monitoring", {
  workers: deployed.map(({ monitored }) => monitored),
  uploadsTopicName: uploads.topicName,
  resultsTopicName: results.topicName,
  notifier,
  alarms: { enabled: true, mail: [] },
  metricsNamespace: METRICS_NAMESPACE,
  region: results.topicArn.apply((arn) => arn.split(":")[3] ?? ""),
});

export const uploadsBucket = uploads.bucket.name;
export const outputsBucket = outputs.name;
export const resultsTopicArn = results.topicArn;
export const workers = Object.fromEntries(deployed.map((worker) => [worker.name, worker.addresses]));
export const dashboardUrl = monitoring.dashboardUrl;

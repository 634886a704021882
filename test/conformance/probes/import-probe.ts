import { pathToFileURL } from "node:url";
import { messageOf } from "../../../runtime/errors.ts";
import { watchActivity } from "../effects/async-activity.ts";
import { watchProcessState } from "../effects/process-state.ts";
import type { ImportReport } from "../import-report.ts";

// What every transform loads anyway is there before.
await import("../../../runtime/contract.ts");

const processState = watchProcessState();

const reads = new Set<string>();
process.env = new Proxy(process.env, {
  get(environment, name) {
    if (typeof name === "string" && isAskedByModule()) reads.add(name);
    return Reflect.get(environment, name);
  },
});

const { value: error, activity } = await watchActivity(() =>
  import(pathToFileURL(process.argv[2] ?? "").href).then(
    () => undefined,
    (error: unknown) => messageOf(error),
  ),
);
const report: ImportReport = {
  error,
  // In this order: to tell what has changed, everything is read.
  reads: [...reads],
  changes: processState(),
  left: [...activity.left, ...activity.network],
  libraries: nativeLibraries(),
};
console.log(JSON.stringify(report));
// A timer of the transform's would keep the process.
process.exit();

/** Whether a module of nobody's package asks, rather than Node or a package that it loads. */
function isAskedByModule(): boolean {
  const callers = new Error().stack?.split("\n") ?? [];
  const asking = callers.find((caller) => /file:|node_modules/.test(caller) && !caller.includes(import.meta.url));
  return asking !== undefined && !asking.includes("node_modules");
}

function nativeLibraries(): string[] {
  // Otherwise the report asks for the name of each host that the process is connected to.
  const settings = Object.assign(process.report, { excludeNetwork: true });
  const { sharedObjects } = settings.getReport() as unknown as { sharedObjects: string[] };
  return sharedObjects;
}

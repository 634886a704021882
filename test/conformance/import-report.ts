import { runProbe } from "./probes/run-probe.ts";

/** What importing a file did to a process. */
export interface ImportReport {
  /** Why the import failed, a forbidden write for example. */
  readonly error: string | undefined;
  /** What of the whole process it changed. */
  readonly changes: readonly string[];
  /** The environment variables it read. */
  readonly reads: readonly string[];
  /** Timers, connections and other things that it started. */
  readonly left: readonly string[];
  /** The native libraries that are loaded after it. */
  readonly libraries: readonly string[];
}

/** May read all and write nothing; loading an addon is for another promise to judge. */
const FLAGS = ["--permission", "--allow-fs-read=*", "--allow-addons"];

const reports = new Map<string, Promise<{ sharp: string | undefined; effects: string[] }>>();

/** What importing a file brings: the native library of sharp, and what else it did in words. Asks once a file. */
export function importReport(file: string): Promise<{ sharp: string | undefined; effects: string[] }> {
  const report = reports.get(file) ?? readReport(file);
  reports.set(file, report);
  return report;
}

async function readReport(file: string) {
  const report = await runProbe<ImportReport>("import-probe.ts", file, { flags: FLAGS });
  return {
    sharp: report.libraries.find((library) => /sharp|libvips/.test(library)),
    effects: [
      ...(report.error === undefined ? [] : [`an error: ${report.error}`]),
      ...report.changes.map((name) => `another value of ${name}`),
      ...report.reads.map((name) => `a look at the environment variable ${name}`),
      ...report.left,
    ],
  };
}

import { isBuiltin } from "node:module";
import { type Import, importsOf, type Sources } from "./imports.ts";

/** Finds what breaks a rule of the architecture, as sentences; none if it is kept. */
type ImportRule = (sources: Sources) => string[];

/** The rules about who may import whom, each under the words that complete "it …". */
export const IMPORT_RULES = {
  "lets transforms/ import the contract alone, and packages that only compute": forbid(
    ({ from, to }) => isIn(from, "transforms") && to !== "runtime/contract.ts" && (isFile(to) || reachesOut(to)),
  ),
  "lets runtime/ import neither infra/ nor transforms/ nor test/": forbid(
    ({ from, to }) => isIn(from, "runtime") && isIn(to, "infra", "transforms", "test"),
  ),
  "lets infra/ import no transform": forbid(({ from, to }) => isIn(from, "infra") && isIn(to, "transforms")),
  "lets nothing outside test/ import test/": forbid(({ from, to }) => !isIn(from, "test") && isIn(to, "test")),
  "lets nothing outside infra/local/ import the local engine": forbid(
    ({ from, to }) => !isIn(from, "infra/local", "test") && isIn(to, "infra/local"),
  ),
  "keeps tsyringe in the container": forbid(
    ({ from, to }) => !isIn(from, "test") && from !== "runtime/container.ts" && to === "tsyringe",
  ),
  "loads sharp from the source alone": forbid(
    ({ from, to, isValue }) => !isIn(from, "test") && from !== "runtime/source.ts" && to === "sharp" && isValue,
  ),
  "loads no sharp with a transform or the registry": (sources) => {
    const imports = importsOf(sources);
    const starts = [...sources.keys()].filter((file) => isIn(file, "transforms") || file === "runtime/registry.ts");
    return starts.flatMap((start) =>
      pathsFrom(start, imports)
        .filter((path) => ["runtime/source.ts", "sharp"].includes(path.at(-1) ?? ""))
        .map((path) => path.join(" loads ")),
    );
  },
  "loads the files of runtime/ in no circle": (sources) => {
    const imports = importsOf(sources).filter(({ from, to }) => isIn(from, "runtime") && isIn(to, "runtime"));
    const files = [...sources.keys()].filter((file) => isIn(file, "runtime"));
    return files.flatMap((file) =>
      pathsFrom(file, imports)
        .filter((path) => loads(imports, path.at(-1), file))
        .map((path) => [...path, file].join(" loads ")),
    );
  },
} as const satisfies Record<string, ImportRule>;

export type ImportRuleName = keyof typeof IMPORT_RULES;

function forbid(isForbidden: (imported: Import) => boolean): ImportRule {
  return (sources) =>
    importsOf(sources)
      .filter(isForbidden)
      .map(({ from, to }) => `${from} imports ${to}`);
}

function isFile(to: string): boolean {
  return to.includes("/") && !to.startsWith("@");
}

/** Whether a package is Node's own, or one through which the host reaches images, AWS or the stack. */
function reachesOut(to: string): boolean {
  return isBuiltin(to) || /^(sharp|esbuild|tsyringe|@aws-|@pulumi\/)/.test(to);
}

function isIn(path: string, ...folders: readonly string[]): boolean {
  return folders.some((folder) => path.startsWith(`${folder}/`));
}

function loads(imports: readonly Import[], from: string | undefined, to: string): boolean {
  return imports.some((imported) => imported.from === from && imported.to === to && imported.isValue);
}

/** A shortest path to each file and package that importing a file loads; the first is the file itself. */
function pathsFrom(start: string, imports: readonly Import[]): string[][] {
  const paths = [[start]];
  const reached = new Set([start]);
  for (const path of paths) {
    for (const { from, to, isValue } of imports) {
      if (from !== path.at(-1) || !isValue || reached.has(to)) continue;
      reached.add(to);
      paths.push([...path, to]);
    }
  }
  return paths;
}

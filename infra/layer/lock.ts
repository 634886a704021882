/** What Lambda calls the processors it runs on. */
export const ARCHITECTURES = ["arm64", "x86_64"] as const;
export type Architecture = (typeof ARCHITECTURES)[number];

/** What npm calls them. */
export const NPM_CPU = { arm64: "arm64", x86_64: "x64" } as const satisfies Record<Architecture, string>;

/** The parts of a package-lock.json (version 3) that matter here. */
export interface LockFile {
  readonly name: string;
  readonly lockfileVersion: number;
  readonly packages: Readonly<Record<string, LockEntry>>;
}

export interface LockEntry {
  readonly version?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly libc?: readonly string[];
}

const MODULES = "node_modules/";

/**
 * A lock file of these packages and all they need on Amazon Linux: the entries of the project's own, without the optional
 * packages of other platforms. Throws a `TypeError` that names a package which the project has not locked.
 */
export function layerLock(project: LockFile, packages: readonly string[], architecture: Architecture): LockFile {
  const found = new Map<string, LockEntry>();
  const visit = (name: string, from: string) => {
    const path = resolve(project, name, from);
    if (found.has(path)) return;
    const entry = withoutOtherPlatforms(project, path, architecture);
    found.set(path, entry);
    const dependencies = { ...entry.dependencies, ...entry.optionalDependencies };
    for (const dependency of Object.keys(dependencies)) visit(dependency, path);
  };
  for (const name of packages) visit(name, "");

  const versions = packages.map((name) => [name, found.get(MODULES + name)?.version ?? "*"]);
  return {
    name: "layer",
    lockfileVersion: 3,
    packages: { "": { dependencies: Object.fromEntries(versions) }, ...sorted(found) },
  };
}

function withoutOtherPlatforms(project: LockFile, path: string, architecture: Architecture): LockEntry {
  const entry = project.packages[path];
  if (!entry) throw new TypeError(`Expected package-lock.json to have ${path}, found nothing.`);
  const { optionalDependencies, ...others } = entry;
  if (!optionalDependencies) return others;
  const kept = Object.entries(optionalDependencies).filter(([name]) =>
    isFor(project.packages[resolve(project, name, path)], architecture),
  );
  return { ...others, optionalDependencies: Object.fromEntries(kept) };
}

/** The path at which Node finds a package from another one: the nearest. */
function resolve(project: LockFile, name: string, from: string): string {
  const path = `${from && `${from}/`}${MODULES}${name}`;
  if (from === "" || project.packages[path]) return path;
  return resolve(project, name, from.slice(0, Math.max(0, from.lastIndexOf(`/${MODULES}`))));
}

/** Optional packages are binaries of one platform; those that name none are for none of ours. */
function isFor(entry: LockEntry | undefined, architecture: Architecture): boolean {
  if (!entry?.os?.includes("linux") || !entry.cpu?.includes(NPM_CPU[architecture])) return false;
  return entry.libc === undefined || entry.libc.includes("glibc");
}

function sorted(entries: ReadonlyMap<string, LockEntry>): Record<string, LockEntry> {
  return Object.fromEntries([...entries].sort(([a], [b]) => (a < b ? -1 : 1)));
}

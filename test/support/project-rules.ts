/** What a fresh clone has at its top level, besides tool configuration. */
const TOP_LEVEL = [
  ...[
    "infra",
    "transforms",
    "runtime",
    "test",
    "Pulumi.yaml",
    "Pulumi.dev.yaml",
    "Pulumi.production.yaml",
    "package.json",
  ],
  ...["README.md", "CONTRIBUTING.md", "LICENSE", "package-lock.json"],
];

const TOOL_CONFIGURATION = [
  ...[".ci", ".github", ".gitattributes", ".gitignore", ".editorconfig", ".npmrc", ".nvmrc", ".node-version"],
  ...["biome.json", "tsconfig.json", "vitest.config.ts"],
];

/** The top-level entries of a project's files that nobody expects there. */
export function strayEntries(files: readonly string[]): string[] {
  const entries = new Set(files.map((file) => file.split("/")[0] ?? file));
  return [...entries].filter((entry) => !TOP_LEVEL.includes(entry) && !TOOL_CONFIGURATION.includes(entry)).sort();
}

/** The packages of which another version may be installed tomorrow: `name@^1.2.3`. */
export function looseVersions(versions: Readonly<Record<string, string>>): string[] {
  return Object.entries(versions)
    .filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.-]+)?$/.test(version))
    .map(([name, version]) => `${name}@${version}`);
}

/** The packages that may only be used under the GPL or the AGPL, or that do not say under what: `name: GPL-3.0`. */
export function copyleft(licences: Readonly<Record<string, string | undefined>>): string[] {
  return Object.entries(licences)
    .filter(([, licence]) => !licence || licence.split(/\bOR\b/i).every((choice) => /\bA?GPL/i.test(choice)))
    .map(([name, licence]) => `${name}: ${licence ?? "no licence"}`);
}

import { mkdir, mkdtemp, rm, symlink } from "node:fs/promises";
import { findPackageJSON } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

export interface HostLayer {
  /** Holds nodejs/node_modules, as a layer does. */
  readonly folder: string;
  dispose(): Promise<void>;
}

/**
 * A layer of packages that are installed on this machine. A function reaches these by name and no other; what they need
 * themselves they find where they are installed.
 */
export async function hostLayer(packages: readonly string[]): Promise<HostLayer> {
  const installed = packages.map((name) => ({ name, folder: installedFolder(name) }));
  const folder = await mkdtemp(join(tmpdir(), "layer-"));
  for (const { name, folder: target } of installed) {
    const link = join(folder, "nodejs", "node_modules", name);
    await mkdir(dirname(link), { recursive: true });
    // Only Windows reads the type; a junction needs no privilege there.
    await symlink(target, link, "junction");
  }
  return { folder, dispose: () => rm(folder, { recursive: true, force: true }) };
}

function installedFolder(name: string): string {
  const manifest = findPackageJSON(name, import.meta.url);
  if (manifest === undefined) throw new Error(`Expected the package ${name} to be installed, found none.`);
  return dirname(manifest);
}

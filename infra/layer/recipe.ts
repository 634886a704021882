import { type Architecture, NPM_CPU } from "./lock.ts";

/** What npm is told, so that it installs for the functions' platform, and the same whatever its user's settings are. */
export function installFlags(architecture: Architecture): readonly string[] {
  return [
    ...["--os=linux", `--cpu=${NPM_CPU[architecture]}`, "--libc=glibc"],
    // Binaries are optional packages, which a user may have set to be omitted.
    ...["--include=optional", "--ignore-scripts", "--no-bin-links", "--install-strategy=hoisted"],
    ...["--no-audit", "--no-fund"],
  ];
}

/** What packages bring that nothing needs at run time. Licences stay. */
export const SUPERFLUOUS_FOLDERS: readonly string[] = [".bin", "include", "install", "src"];
export const SUPERFLUOUS_FILES = /^(readme|changelog)(\.|$)|^\.package-lock\.json$|\.d\.[cm]?ts$|\.map$/i;

/** All of the above as one text: of another recipe another layer comes. */
export function recipeText(architecture: Architecture): string {
  return JSON.stringify([installFlags(architecture), SUPERFLUOUS_FOLDERS, SUPERFLUOUS_FILES.source]);
}

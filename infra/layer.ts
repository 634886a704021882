import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Architecture, type LockFile, layerLock } from "./layer/lock.ts";
import { recipeText } from "./layer/recipe.ts";
import { PROJECT_ROOT } from "./project-root.ts";

/** The packages that a bundle leaves out: they bring binaries of the platform they run on. */
export const LAYER_PACKAGES: readonly string[] = ["sharp"];

/** Set to `local` by the engine that runs the program on this machine: it lends functions the packages that are installed here. */
export const ENGINE_VARIABLE = "IMAGE_MACHINE_ENGINE";

const LAYERS_FOLDER = ".image-machine/layers";

/** A layer of native packages, and where it lies once `npm run layer` has made it. */
export interface Layer {
  readonly architecture: Architecture;
  /** What is installed into it: the project's own lock file, cut down to the layer's packages. */
  readonly lock: LockFile;
  /** The folder, relative to the project. Another content has another name, and the same one everywhere the same. */
  readonly path: string;
}

/** The layer that the project's lock file asks for. */
export async function readLayer(architecture: Architecture): Promise<Layer> {
  const project: LockFile = JSON.parse(await readFile(join(PROJECT_ROOT, "package-lock.json"), "utf8"));
  const lock = layerLock(project, LAYER_PACKAGES, architecture);
  const hash = createHash("sha256").update(JSON.stringify(lock)).update(recipeText(architecture));
  const digest = hash.digest("hex").slice(0, 16);
  return { architecture, lock, path: `${LAYERS_FOLDER}/${architecture}-${digest}` };
}

import { join } from "node:path";
import { build } from "esbuild";
import { FUNCTION_BUILD } from "../../../infra/function-build.ts";
import { PROJECT_ROOT } from "../../support/project-files.ts";

type NodeSubjectName = "ours" | "bare" | "floor";

const FOLDER = ".image-machine/bench";

/** Made once in a run, and anew in the next. */
const made = new Map<string, Promise<string>>();

/**
 * A subject as one file, bundled as functions are: Node needs 35 MB more for what it has to strip types from. It holds no
 * more than the one transform.
 */
export function subjectCode(name: NodeSubjectName, transform: string): Promise<string> {
  const file = join(PROJECT_ROOT, FOLDER, `${name === "ours" ? `${name}-${transform}` : name}.cjs`);
  const making = made.get(file) ?? bundle(name, transform, file);
  made.set(file, making);
  return making;
}

async function bundle(name: NodeSubjectName, transform: string, file: string): Promise<string> {
  await build({
    ...FUNCTION_BUILD,
    write: true,
    absWorkingDir: PROJECT_ROOT,
    stdin: { contents: name === "ours" ? oursEntry(transform) : otherEntry(name), resolveDir: PROJECT_ROOT },
    outfile: file,
  });
  return file;
}

function oursEntry(transform: string): string {
  return `
    import { Registry } from "./runtime/registry.ts";
    import { ours } from "./test/bench/subjects/ours.ts";
    import { serve } from "./test/bench/subjects/serve.ts";
    import transform from "./transforms/${transform}.ts";
    void serve(() => ours(new Registry().register("${transform}", transform)));
  `;
}

function otherEntry(name: NodeSubjectName): string {
  return `
    import { ${name} } from "./test/bench/subjects/${name}.ts";
    import { serve } from "./test/bench/subjects/serve.ts";
    void serve(${name});
  `;
}

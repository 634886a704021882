import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const CANDIDATES = ["python3", "/usr/bin/python3"];

export const PILLOW_PROCESS = fileURLToPath(new URL("process.py", import.meta.url));

export const NO_PILLOW =
  "Pillow was not measured: neither python3 nor /usr/bin/python3 has it (Debian and Ubuntu: apt-get install python3-pil).";

/** The first Python here that has Pillow, if there is one. */
export async function findPython(): Promise<string | undefined> {
  for (const python of CANDIDATES) {
    const found = await promisify(execFile)(python, ["-c", "import PIL.Image"]).then(
      () => true,
      () => false,
    );
    if (found) return python;
  }
}

import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { SoakReport } from "./run-soak.ts";

/** Keeps all that was counted, and the count, as JSON files that anyone can count again. */
export async function keepReport(folder: string, { ledger, ...report }: SoakReport): Promise<void> {
  const { workers, deeds, sources, outputs, deadUploads, published } = ledger;
  const keys = [...new Set(deeds.map(({ key }) => key))];
  const expected = workers.flatMap(({ name, accepts, outputKeys }) =>
    keys.map((key) => ({ worker: name, accepts, key, outputKeys: outputKeys(key) })),
  );
  const files = { deeds, sources, outputs, "dead-letters": deadUploads, results: published, expected, account: report };
  await mkdir(folder, { recursive: true });
  for (const [name, content] of Object.entries(files)) {
    await writeFile(join(folder, `${name}.json`), `${JSON.stringify(content, undefined, 2)}\n`);
  }
}

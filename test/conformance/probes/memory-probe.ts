import { buffer } from "node:stream/consumers";
import { pathToFileURL } from "node:url";
import type { Transform } from "../../../runtime/contract.ts";
import { runTransform } from "../../../runtime/run-transform.ts";
import { openSource } from "../../../runtime/source.ts";
import { resourcesOf, WorkRoom } from "../../../runtime/work-room.ts";
import type { MemoryReport } from "../memory.ts";
import { contextOf } from "../observation.ts";

const { default: transform }: { default: Transform } = await import(pathToFileURL(process.argv[2] ?? "").href);
const input = await buffer(process.stdin);
const smallBytes = input.readUInt32BE();
const small = input.subarray(4, 4 + smallBytes);
const large = input.subarray(4 + smallBytes);

// The first run loads what any run needs.
await run(small);
const before = peakMb();
await run(large);
const report: MemoryReport = { beforeMb: before, peakMb: peakMb() };
console.log(JSON.stringify(report));
process.exit();

async function run(bytes: Uint8Array): Promise<void> {
  const source = await openSource(bytes);
  const room = new WorkRoom(resourcesOf(transform.limits.memoryMb, 2));
  await room.compute(source.width * source.height * source.frames, async (lanes) => {
    const context = { ...contextOf(transform, new AbortController().signal), lanes, canvases: room.canvases };
    const outputs = runTransform(transform, source, context);
    while (!(await outputs.next()).done);
  });
}

function peakMb(): number {
  return process.resourceUsage().maxRSS / 1024;
}

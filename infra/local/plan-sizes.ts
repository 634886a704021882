import { MAX_LAYERS, MAX_UNZIPPED_BYTES, MAX_ZIPPED_BYTES, MEBIBYTE } from "../lambda-limits.ts";
import { textTable } from "../text-table.ts";
import type { PlannedCode, PlannedResource } from "./plan.ts";

const LAYER_TYPE = "aws:lambda/layerVersion:LayerVersion";
const FUNCTION_TYPE = "aws:lambda/function:Function";

const HEAD = ["code", "unzipped", "zipped, about", "with its layers"] as const;

/** A table of how much each layer and function is, with what Lambda takes in its last row. */
export function planSizes(resources: readonly PlannedResource[]): string[] {
  const layers = resources.filter(({ type }) => type === LAYER_TYPE);
  const functions = resources.filter(({ type }) => type === FUNCTION_TYPE);
  const limits = [MAX_UNZIPPED_BYTES, MAX_ZIPPED_BYTES, MAX_UNZIPPED_BYTES].map(shortSize);
  return [
    ...textTable([
      HEAD,
      ...layers.map((layer) => [`${layer.name} (layer)`, ...sizeCells(layer)]),
      ...functions.map((lambda) => [lambda.name, ...sizeCells(lambda), sumCell(lambda, layersOf(lambda, layers))]),
      ["Lambda takes", ...limits.slice(0, 2), `${limits[2]}, ${MAX_LAYERS} layers`],
    ]),
    ...layers.filter((layer) => codeOf(layer).bytes === null).map(howToMake),
  ];
}

function sizeCells(resource: PlannedResource): string[] {
  const { bytes, zippedBytes } = codeOf(resource);
  return bytes === null || zippedBytes === null ? ["not built", "not built"] : [bytes, zippedBytes].map(shortSize);
}

/** What is not known yet stands there by its name. */
function sumCell(lambda: PlannedResource, layers: readonly PlannedResource[]): string {
  const parts = [lambda, ...layers];
  const bytes = parts.reduce((sum, part) => sum + (codeOf(part).bytes ?? 0), 0);
  const unknown = parts.filter((part) => codeOf(part).bytes === null).map(({ name }) => name);
  return [shortSize(bytes), ...unknown].join(" and ");
}

function howToMake({ name, inputs }: PlannedResource): string {
  return `The layer ${name} is not built: npm run layer -- --architecture ${inputs.compatibleArchitectures}`;
}

/** A function uses its layers' ARNs, and so is made after them. */
function layersOf({ dependsOn }: PlannedResource, layers: readonly PlannedResource[]): PlannedResource[] {
  return layers.filter(({ type, name }) => dependsOn.includes(`${type}::${name}`));
}

function codeOf({ inputs }: PlannedResource): PlannedCode {
  return inputs.code as PlannedCode;
}

function shortSize(bytes: number): string {
  return `${(bytes / MEBIBYTE).toFixed(1)} MiB`;
}

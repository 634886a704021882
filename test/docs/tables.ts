import { readFileSync } from "node:fs";
import { join } from "node:path";
import { stackSchema } from "../../infra/config/stack-schema.ts";
import { transformsOfWorkers } from "../../infra/config/worker-transforms.ts";
import { ERROR_CODES } from "../../runtime/errors.ts";
import { mediaTypeRow } from "../../runtime/media-type.ts";
import { type OptionField, readOptions } from "../../runtime/options.ts";
import type { RegisteredTransform, Registry } from "../../runtime/registry.ts";
import { SKIP_CODES } from "../../runtime/result.ts";
import { README_RESULTS, readmeNote, readmeRows } from "../bench/report/readme.ts";
import type { BenchResults } from "../bench/results.ts";
import { PROJECT_ROOT } from "../support/project-files.ts";
import { picturePath } from "./pictures.ts";

/** The README's tables, each made from the code that it is about. */
const TABLES: Readonly<Record<string, (transforms: Registry) => string[][]>> = {
  transforms: (transforms) => [
    ["transform", "what it makes", "of", "variants"],
    ...transforms.entries().map(transformRow),
  ],
  options: (transforms) => [
    ["transform", "option", "default", "expects", "what it does"],
    ...transforms.entries().flatMap(optionRows),
  ],
  configuration: (transforms) => [["key", "default", "expects", "what it does"], ...configurationRows(transforms)],
  errors: () => [
    ["code", "what happened", "what follows"],
    ...Object.entries(ERROR_CODES).map(([code, { means, retryable }]) => [
      `\`${code}\``,
      means,
      retryable ? "tried again" : "a dead letter",
    ]),
  ],
  comparisons: () => readmeRows(readResults()),
  skips: () => [
    ["code", "why nothing is made"],
    ...Object.entries(SKIP_CODES).map(([code, means]) => [`\`${code}\``, means]),
  ],
};

/** What a reader has to know of a table, below it. */
const NOTES: Readonly<Record<string, () => string>> = {
  comparisons: () => readmeNote(readResults()),
};

const MARKS = /<!-- table of (\w+) -->.*?<!-- end of table -->/gs;

/** The text with every table as the code is now. Throws if it has no place for one, or a place for none. */
export function withTables(text: string, transforms: Registry): string {
  const places = [...text.matchAll(MARKS)].map(([, name]) => name);
  const missing = Object.keys(TABLES).filter((name) => !places.includes(name));
  if (missing.length > 0)
    throw new Error(
      `Expected places for tables of ${Object.keys(TABLES).join(", ")}, found none for ${missing.join(", ")}.`,
    );
  return text.replace(MARKS, (_, name: string) => {
    const rows = TABLES[name]?.(transforms);
    if (!rows) throw new Error(`Expected a table of ${Object.keys(TABLES).join(", ")}, received ${name}.`);
    const note = NOTES[name]?.();
    const text = note === undefined ? toMarkdown(rows) : `${toMarkdown(rows)}\n\n${note}`;
    return `<!-- table of ${name} -->\n${text}\n<!-- end of table -->`;
  });
}

/** What `npm run bench -- --readme` kept. */
function readResults(): BenchResults {
  return JSON.parse(readFileSync(join(PROJECT_ROOT, README_RESULTS), "utf8"));
}

function transformRow({ name, transform }: RegisteredTransform): string[] {
  const variants = transform.variants(readOptions(transform.options, undefined, name));
  const formats = transform.accepts.map((mediaType) => mediaTypeRow(mediaType).format);
  return [
    `\`${name}\``,
    `${transform.summary}<br><img src="${picturePath(name)}" width="560" alt="a landscape, and what ${name} makes of it">`,
    formats.join(", "),
    variants.map((variant) => `\`${variant.name}\``).join(" "),
  ];
}

function optionRows({ name, transform }: RegisteredTransform): string[][] {
  return Object.entries(transform.options.fields).map(([option, field]) => [
    `\`${name}\``,
    `\`${option}\``,
    ...fieldCells(field),
  ]);
}

function configurationRows(transforms: Registry): string[][] {
  const { workers, ...rest } = stackSchema(transformsOfWorkers(transforms, {})).fields;
  const [worker] = Object.values(fieldsOf(workers));
  return [
    ...Object.entries(fieldsOf(worker)).map(([key, field]) => [`\`workers.NAME.${key}\``, ...workerCells(key, field)]),
    ...Object.entries(rest).flatMap(([key, field]) => settingRows(key, field)),
  ];
}

/** What is a transform's own stands for all of them. */
function workerCells(key: string, field: OptionField<unknown>): string[] {
  const [value = "", expected = "", describe = ""] = fieldCells(field);
  if (key === "options") return ["", "the transform's options", "See the options of transforms."];
  if (key === "use") return ["its own name", "a transform's name", describe];
  if (key === "cacheControl") return ["the stack's", expected, describe];
  return [["memoryMb", "timeoutSeconds"].includes(key) ? "the transform's" : value, expected, describe];
}

function settingRows(key: string, field: OptionField<unknown>): string[][] {
  const fields = Object.entries(fieldsOf(field));
  if (fields.length === 0) return [[`\`${key}\``, ...fieldCells(field)]];
  return fields.flatMap(([name, inner]) => settingRows(`${key}.${name}`, inner));
}

/** The options that an option is a set of. */
function fieldsOf(field: OptionField<unknown> | undefined): Readonly<Record<string, OptionField<unknown>>> {
  return field && "fields" in field.schema ? (field.schema.fields as Record<string, OptionField<unknown>>) : {};
}

function fieldCells({ default: value, expected, describe }: OptionField<unknown>): string[] {
  return [value === undefined ? "" : `\`${JSON.stringify(value)}\``, expected, describe];
}

function toMarkdown([head = [], ...rows]: string[][]): string {
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

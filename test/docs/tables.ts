import { stackSchema } from "../../infra/config-schema.ts";
import { ERROR_CODES } from "../../runtime/errors.ts";
import { mediaTypeRow } from "../../runtime/media-type.ts";
import { type OptionField, readOptions } from "../../runtime/options.ts";
import type { RegisteredTransform, Registry } from "../../runtime/registry.ts";

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
    return `<!-- table of ${name} -->\n${toMarkdown(rows)}\n<!-- end of table -->`;
  });
}

function transformRow({ name, transform }: RegisteredTransform): string[] {
  const variants = transform.variants(readOptions(transform.options, undefined, name));
  const formats = transform.accepts.map((mediaType) => mediaTypeRow(mediaType).format);
  return [
    `\`${name}\``,
    transform.summary,
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
  const { workers, limits, ...rest } = stackSchema(transforms).fields;
  const [worker] = Object.values(fieldsOf(workers));
  return [
    ...Object.entries(fieldsOf(worker)).map(([key, field]) =>
      key === "options"
        ? [`\`workers.NAME.${key}\``, "", "the transform's options", "See the options of transforms."]
        : [
            `\`workers.NAME.${key}\``,
            ...(["memoryMb", "timeoutSeconds"].includes(key)
              ? ["the transform's", ...fieldCells(field).slice(1)]
              : fieldCells(field)),
          ],
    ),
    ...Object.entries(fieldsOf(limits)).map(([key, field]) => [`\`limits.${key}\``, ...fieldCells(field)]),
    ...Object.entries(rest).map(([key, field]) => [`\`${key}\``, ...fieldCells(field)]),
  ];
}

/** The options that an option is a set of. */
function fieldsOf(field: OptionField<unknown> | undefined): Readonly<Record<string, OptionField<unknown>>> {
  return field && "fields" in field.schema ? (field.schema.fields as Record<string, OptionField<unknown>>) : {};
}

function fieldCells({ default: value, expected, describe }: OptionField<unknown>): string[] {
  return [`\`${JSON.stringify(value)}\``, expected, describe];
}

function toMarkdown([head = [], ...rows]: string[][]): string {
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

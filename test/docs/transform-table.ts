import type { RegisteredTransform } from "../../runtime/registry.ts";
import { mediaTypeRow } from "../../runtime/media-type.ts";
import { readOptions } from "../../runtime/options.ts";

const BEGIN = "<!-- transforms: written by npm run docs -->";
const END = "<!-- transforms end -->";

/** The README's table of transforms, made from what each declares. */
export function transformTable(transforms: readonly RegisteredTransform[]): string {
  return [
    "| transform | what it makes | of | variants | options (defaults) |",
    "| --- | --- | --- | --- | --- |",
    ...transforms.map(({ name, transform }) => {
      const defaults = readOptions(transform.options, undefined, name);
      const formats = transform.accepts.map((mediaType) => mediaTypeRow(mediaType).format);
      const variants = transform.variants(defaults).map((variant) => `\`${variant.name}\``);
      const options = Object.entries(transform.options.fields).map(
        ([option, field]) => `\`${option}\` (${JSON.stringify(field.default)}): ${field.describe}`,
      );
      return `| \`${name}\` | ${transform.summary} | ${formats.join(", ")} | ${variants.join(" ")} | ${options.join("<br>")} |`;
    }),
  ].join("\n");
}

/** The text with the table in place of what stands between its marks. Throws if it has no such place. */
export function withTransformTable(text: string, transforms: readonly RegisteredTransform[]): string {
  const [before, rest] = text.split(BEGIN);
  const after = rest?.split(END)[1];
  if (after === undefined) throw new Error(`Expected a place for the table, from ${BEGIN} to ${END}.`);
  return `${before}${BEGIN}\n${transformTable(transforms)}\n${END}${after}`;
}

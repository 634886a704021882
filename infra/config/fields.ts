import * as v from "valibot";
import { expecting, type OptionField, type OptionsSchema, readOptions } from "../../runtime/options.ts";

/** An option that is itself a set of options, each with its default. */
export function section<Options>(schema: OptionsSchema<Options>, describe: string): OptionField<Options> {
  return { schema, default: readOptions(schema, undefined, ""), describe, expected: expectedOf(schema) };
}

/** A set of options that is there as a whole or not at all. */
export function optionalSection<Options>(
  schema: OptionsSchema<Options>,
  describe: string,
): OptionField<Options | undefined> {
  return { schema: v.optional(schema), default: undefined, describe, expected: expectedOf(schema) };
}

interface RecordLimits {
  readonly maxEntries: number;
  readonly maxKeyLength: number;
  readonly maxValueLength: number;
}

/** Texts by names that the stack chooses. */
export function record({
  maxEntries,
  maxKeyLength,
  maxValueLength,
  describe,
}: RecordLimits & { describe: string }): OptionField<Readonly<Record<string, string>>> {
  const expected = `at most ${maxEntries} texts of up to ${maxValueLength} characters by names of up to ${maxKeyLength}`;
  const message = expecting(expected);
  const name = v.pipe(v.string(), v.minLength(1, message), v.maxLength(maxKeyLength, message));
  const value = v.pipe(v.string(message), v.maxLength(maxValueLength, message));
  const schema = v.pipe(
    v.record(name, value, message),
    v.check((entries) => Object.keys(entries).length <= maxEntries, message),
  );
  return { schema, default: {}, describe, expected };
}

/** A text of a shape, or none at all. */
export function textLike({
  pattern,
  shape,
  default: value = "",
  describe,
}: {
  pattern: RegExp;
  /** What it is, as in "a prefix that ends in a slash". */
  shape: string;
  default?: string;
  describe: string;
}): OptionField<string> {
  const expected = value === "" ? `${shape}, or nothing` : shape;
  const message = expecting(expected);
  return {
    schema: v.pipe(
      v.string(message),
      v.check((text) => pattern.test(text) || (text === "" && value === ""), message),
    ),
    default: value,
    describe,
    expected,
  };
}

function expectedOf(schema: OptionsSchema<unknown>): string {
  return `options of ${Object.keys(schema.fields).join(", ")}`;
}

import * as v from "valibot";

/**
 * The schema of a transform's options. It is a Standard Schema (https://standardschema.dev), takes `undefined` for no
 * configuration, refuses unknown names, and fills in defaults.
 */
export type OptionsSchema<Options> = v.GenericSchema<unknown, Options> & {
  readonly fields: Readonly<Record<string, OptionField<unknown>>>;
};

/** One option: its schema, its default, and what may stand there, in words. */
export interface OptionField<Value> {
  readonly schema: v.GenericSchema<unknown, Value>;
  readonly default: Value;
  /** One sentence about what it does. */
  readonly describe: string;
  /** What is expected, as the second half of an error: `integer from 1 to 100`. */
  readonly expected: string;
}

interface Described<Value> {
  readonly default: Value;
  readonly describe: string;
}

/** How much of a wrong value an error quotes, in characters. */
const MAX_SHOWN = 200;

/** The schema of the named options. */
export function options<const Fields extends Record<string, OptionField<unknown>>>(
  fields: Fields,
): OptionsSchema<{ [Name in keyof Fields]: Fields[Name]["default"] }> {
  type Options = { [Name in keyof Fields]: Fields[Name]["default"] };
  const entries = Object.fromEntries(
    Object.entries(fields).map(([name, field]) => [
      name,
      v.optional(field.schema, () => structuredClone(field.default)),
    ]),
  );
  const names = Object.keys(fields).join(", ") || "no option";
  const schema = v.optional(
    v.strictObject(entries, (issue) => unexpected(issue, `an option of ${names}`)),
    {},
  );
  return Object.assign(schema as unknown as v.GenericSchema<unknown, Options>, { fields });
}

export function integer({ min, max, ...field }: Described<number> & { min: number; max: number }): OptionField<number> {
  const expected = `an integer from ${min} to ${max}`;
  const message = expecting(expected);
  return {
    ...field,
    expected,
    schema: v.pipe(v.number(message), v.integer(message), v.minValue(min, message), v.maxValue(max, message)),
  };
}

export function number({ min, max, ...field }: Described<number> & { min: number; max: number }): OptionField<number> {
  const expected = `a number from ${min} to ${max}`;
  const message = expecting(expected);
  return {
    ...field,
    expected,
    schema: v.pipe(v.number(message), v.finite(message), v.minValue(min, message), v.maxValue(max, message)),
  };
}

export function boolean(field: Described<boolean>): OptionField<boolean> {
  const expected = "true or false";
  return { ...field, expected, schema: v.boolean(expecting(expected)) };
}

/** A text; `only` restricts it further, and says to what: `all of them Latin`. */
export function text({
  minLength = 0,
  maxLength,
  only,
  ...field
}: Described<string> & {
  minLength?: number;
  maxLength: number;
  only?: { readonly what: string; readonly test: (text: string) => boolean };
}): OptionField<string> {
  const expected = `a text of ${minLength} to ${maxLength} characters${only ? `, ${only.what}` : ""}`;
  const message = expecting(expected);
  return {
    ...field,
    expected,
    schema: v.pipe(
      v.string(message),
      v.minLength(minLength, message),
      v.maxLength(maxLength, message),
      v.check((text) => only === undefined || only.test(text), message),
    ),
  };
}

export function oneOf<const Value extends string>({
  values,
  ...field
}: Described<NoInfer<Value>> & { values: readonly Value[] }): OptionField<Value> {
  const expected = `one of ${values.join(", ")}`;
  return { ...field, expected, schema: v.picklist(values, expecting(expected)) };
}

/** A list without repetitions; `of` says what each item is. */
export function listOf<Value>({
  of,
  minLength = 1,
  maxLength,
  ...field
}: Described<NoInfer<Value>[]> & { of: OptionField<Value>; minLength?: number; maxLength: number }): OptionField<
  Value[]
> {
  const expected = `a list of ${minLength} to ${maxLength} different items, each ${of.expected}`;
  const message = expecting(expected);
  const schema = v.pipe(
    v.array(of.schema, message),
    v.minLength(minLength, message),
    v.maxLength(maxLength, message),
    v.check((items) => new Set(items).size === items.length, message),
  );
  return { ...field, expected, schema };
}

/**
 * Reads a transform's options from configuration. Throws a `TypeError` with one line per wrong option: what was expected and what came.
 * @param of whose options they are, for the error
 */
export function readOptions<Options>(schema: OptionsSchema<Options>, raw: unknown, of: string): Options {
  // One line per wrong option, however many rules it breaks.
  const result = v.safeParse(schema, raw, { abortPipeEarly: true });
  if (result.success) return result.output;
  const problems = result.issues.map((issue) =>
    issue.message.replace("%", () => [of, v.getDotPath(issue)].filter(Boolean).join(".")),
  );
  throw new TypeError(problems.join("\n"));
}

/** The message of a schema that expects this, for `readOptions`. */
export function expecting(expected: string) {
  return (issue: v.BaseIssue<unknown>) => unexpected(issue, expected);
}

/** `%` stands for the option's path, which only the reader of the whole knows. */
function unexpected(issue: v.BaseIssue<unknown>, expected: string): string {
  const received = JSON.stringify(issue.input) ?? "nothing";
  const shown = received.length > MAX_SHOWN ? `${received.slice(0, MAX_SHOWN)}…` : received;
  return `Expected ${expected} for %, received ${shown}.`;
}

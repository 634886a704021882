import { describe, expect, it } from "vitest";
import { boolean, integer, listOf, number, oneOf, options, readOptions, text } from "../../runtime/options.ts";

const SCHEMA = options({
  side: integer({ min: 1, max: 8, default: 4, describe: "A side." }),
  scale: number({ min: 0.5, max: 2, default: 1, describe: "A scale." }),
  flat: boolean({ default: false, describe: "Whether it is flat." }),
  label: text({ minLength: 1, maxLength: 5, default: "none", describe: "A label." }),
  code: text({
    maxLength: 9,
    only: { what: "all of them digits", test: (text) => /^\d*$/.test(text) },
    default: "7",
    describe: "A code.",
  }),
  fit: oneOf({ values: ["cover", "inside"], default: "inside", describe: "A fit." }),
  cells: listOf({
    of: integer({ min: 1, max: 64, default: 1, describe: "A count." }),
    maxLength: 3,
    default: [8, 16],
    describe: "Counts.",
  }),
});

const DEFAULTS = { side: 4, scale: 1, flat: false, label: "none", code: "7", fit: "inside", cells: [8, 16] };

/** A value, and what the error says is expected of it. */
const WRONG: [raw: Record<string, unknown>, expected: string][] = [
  [{ side: 0 }, "an integer from 1 to 8 for preview.side, received 0."],
  [{ side: 9 }, "an integer from 1 to 8 for preview.side, received 9."],
  [{ side: 2.5 }, "an integer from 1 to 8 for preview.side, received 2.5."],
  [{ side: 0.5 }, "an integer from 1 to 8 for preview.side, received 0.5."],
  [{ side: "4" }, 'an integer from 1 to 8 for preview.side, received "4".'],
  [{ side: null }, "an integer from 1 to 8 for preview.side, received null."],
  [{ scale: 0.4 }, "a number from 0.5 to 2 for preview.scale, received 0.4."],
  [{ scale: 2.1 }, "a number from 0.5 to 2 for preview.scale, received 2.1."],
  [{ flat: "yes" }, 'true or false for preview.flat, received "yes".'],
  [{ label: "" }, 'a text of 1 to 5 characters for preview.label, received "".'],
  [{ label: "longer" }, 'a text of 1 to 5 characters for preview.label, received "longer".'],
  [{ code: "1a" }, 'a text of 0 to 9 characters, all of them digits for preview.code, received "1a".'],
  [
    { code: "9".repeat(500) },
    `a text of 0 to 9 characters, all of them digits for preview.code, received "${"9".repeat(199)}….`,
  ],
  [{ fit: "outside" }, 'one of cover, inside for preview.fit, received "outside".'],
  [{ cells: [] }, "a list of 1 to 3 different items, each an integer from 1 to 64 for preview.cells, received []."],
  [
    { cells: [1, 2, 3, 4] },
    "a list of 1 to 3 different items, each an integer from 1 to 64 for preview.cells, received [1,2,3,4].",
  ],
  [
    { cells: [8, 8] },
    "a list of 1 to 3 different items, each an integer from 1 to 64 for preview.cells, received [8,8].",
  ],
  [
    { cells: [8, 8, 8, 8] },
    "a list of 1 to 3 different items, each an integer from 1 to 64 for preview.cells, received [8,8,8,8].",
  ],
  [{ cells: 8 }, "a list of 1 to 3 different items, each an integer from 1 to 64 for preview.cells, received 8."],
  [{ cells: [8, 65] }, "an integer from 1 to 64 for preview.cells.1, received 65."],
  [{ sides: 4 }, 'an option of side, scale, flat, label, code, fit, cells for preview.sides, received "sides".'],
  [{ "$&": 4 }, 'an option of side, scale, flat, label, code, fit, cells for preview.$&, received "$&".'],
];

describe("an options schema", () => {
  it.each([[undefined], [{}]])("fills in its defaults when %j is configured", (raw) => {
    expect(readOptions(SCHEMA, raw, "preview")).toEqual(DEFAULTS);
  });

  it("takes what is configured, and defaults for the rest", () => {
    const read = readOptions(SCHEMA, { side: 8, scale: 0.5, flat: true, cells: [3, 1] }, "preview");

    expect(read).toEqual({ ...DEFAULTS, side: 8, scale: 0.5, flat: true, cells: [3, 1] });
  });

  it("shares no default between two readings", () => {
    readOptions(SCHEMA, {}, "preview").cells.push(99);

    expect(readOptions(SCHEMA, {}, "preview")).toEqual(DEFAULTS);
  });

  it.each(WRONG)("refuses %j in one line that says what is expected and what came", (raw, expected) => {
    expect(() => readOptions(SCHEMA, raw, "preview")).toThrow(new TypeError(`Expected ${expected}`));
  });

  it.each([5, "side", null, true])("refuses %j in place of options", (raw) => {
    expect(() => readOptions(SCHEMA, raw, "preview")).toThrow(
      new TypeError(
        `Expected an option of side, scale, flat, label, code, fit, cells for preview, received ${JSON.stringify(raw)}.`,
      ),
    );
  });

  it("refuses all that is wrong at once, a line each", () => {
    const raw = { side: 99, fit: "x", cells: [0, 1, "2"], sides: 1 };

    const read = () => readOptions(SCHEMA, raw, "preview");

    expect(read).toThrow(
      new TypeError(
        [
          "Expected an integer from 1 to 8 for preview.side, received 99.",
          'Expected one of cover, inside for preview.fit, received "x".',
          "Expected an integer from 1 to 64 for preview.cells.0, received 0.",
          'Expected an integer from 1 to 64 for preview.cells.2, received "2".',
          'Expected an option of side, scale, flat, label, code, fit, cells for preview.sides, received "sides".',
        ].join("\n"),
      ),
    );
  });

  it("refuses any name when it has none", () => {
    expect(() => readOptions(options({}), { side: 1 }, "preview")).toThrow(
      new TypeError('Expected an option of no option for preview.side, received "side".'),
    );
  });

  it("refuses a default that its own field refuses", () => {
    const schema = options({ side: integer({ min: 1, max: 8, default: 9, describe: "A side." }) });

    expect(() => readOptions(schema, undefined, "preview")).toThrow(
      new TypeError("Expected an integer from 1 to 8 for preview.side, received 9."),
    );
  });

  it("is a Standard Schema", () => {
    expect(SCHEMA["~standard"].validate({ side: 2 })).toEqual({ typed: true, value: { ...DEFAULTS, side: 2 } });
  });

  it("tells each field's default, purpose and what it expects", () => {
    expect(SCHEMA.fields.cells).toMatchObject({
      default: [8, 16],
      describe: "Counts.",
      expected: "a list of 1 to 3 different items, each an integer from 1 to 64",
    });
  });
});

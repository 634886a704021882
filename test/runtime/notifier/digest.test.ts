import { describe, expect, it } from "vitest";
import { digestOf } from "../../../runtime/notifier/digest.ts";
import type { Failure } from "../../../runtime/notifier/failure.ts";
import { failureWith } from "../../support/failures.ts";

const STACK = "image-machine-dev";

function failures(count: number, given: Partial<Failure> = {}): Failure[] {
  return Array.from({ length: count }, (_, index) => failureWith({ key: `${index + 1}.png`, ...given }));
}

describe("a digest", () => {
  it("names each failure, and what its code means, with the most frequent code first", () => {
    const { subject, text } = digestOf(
      [
        failureWith({ worker: "rotate", key: "dog.gif", code: "OUT_OF_TIME", message: "The time\nwas up." }),
        failureWith({ key: "cat.png" }),
        failureWith({ key: "kit.png" }),
      ],
      STACK,
    );

    expect(subject).toBe("3 failures in image-machine-dev: 2 SOURCE_CORRUPT, 1 OUT_OF_TIME");
    expect(text).toBe(
      `3 failures in image-machine-dev.

2 × SOURCE_CORRUPT: The bytes claim a format but do not decode as one.
1 × OUT_OF_TIME: The worker's time was up before the upload's turn came.

preview  cat.png  SOURCE_CORRUPT
    Expected a cat, received a dog.
preview  kit.png  SOURCE_CORRUPT
    Expected a cat, received a dog.
rotate  dog.gif  OUT_OF_TIME
    The time was up.

The messages of these uploads are in the dead-letter queues of their workers.
`,
    );
  });

  it("says the same in HTML, in which no key or message is markup", () => {
    const { html } = digestOf([failureWith({ key: "<img src=x>&.png", message: 'Expected "<b>".' })], STACK);

    expect(html).toContain("<h1>1 failure in image-machine-dev</h1>");
    expect(html).toContain(
      "<tr><td>1</td><td>SOURCE_CORRUPT</td><td>The bytes claim a format but do not decode as one.</td></tr>",
    );
    expect(html).toContain(
      '<tr><td>preview</td><td>&lt;img src=x&gt;&amp;.png</td><td>SOURCE_CORRUPT</td><td>Expected "&lt;b&gt;".</td></tr>',
    );
  });

  it("lists the first hundred, and counts all", () => {
    const { subject, text, html } = digestOf(failures(1_234), STACK);

    expect(subject).toBe("1234 failures in image-machine-dev: 1234 SOURCE_CORRUPT");
    expect(text.match(/^preview {2}/gm)).toHaveLength(100);
    expect(text).toContain("\nand 1134 more.\n");
    expect(html.match(/<td>preview<\/td>/g)).toHaveLength(100);
    expect(html).toContain("<p>and 1134 more.</p>");
  });

  it("leaves nothing out of a hundred", () => {
    const { text } = digestOf(failures(100), STACK);

    expect(text.match(/^preview {2}/gm)).toHaveLength(100);
    expect(text).not.toContain("more");
  });

  it("names three codes in its subject", () => {
    const codes = ["SOURCE_CORRUPT", "OUT_OF_TIME", "OUTPUT_TOO_LARGE", "TRANSFORM_FAILED"];

    const { subject } = digestOf(
      codes.flatMap((code, index) => failures(4 - index, { code })),
      STACK,
    );

    expect(subject).toBe("10 failures in image-machine-dev: 4 SOURCE_CORRUPT, 3 OUT_OF_TIME, 2 OUTPUT_TOO_LARGE, …");
  });

  it("counts a code that it does not know, without words on it", () => {
    const { text } = digestOf([failureWith({ code: "toString" })], STACK);

    expect(text).toContain("\n1 × toString\n");
  });

  it.each([
    ["ends a line", "a\r\nBcc: x.png"],
    ["ends a paragraph", "a\u2029.png"],
    ["turns what follows", "a\u202egnp.exe"],
    ["is half of one", "a\ud83d.png"],
  ])("shows that a key has a character which %s", (_, key) => {
    const { text } = digestOf([failureWith({ key })], STACK);

    const shown = key.toWellFormed().replace(/[\r\n\u2029\u202e]/g, "\ufffd");
    expect(text).toContain(`\npreview  ${shown}  SOURCE_CORRUPT\n`);
  });

  it("has a subject of one line whatever the code", () => {
    const { subject } = digestOf([failureWith({ code: "A\r\nBcc: everyone@example.com" })], STACK);

    expect(subject).toBe("1 failure in image-machine-dev: 1 A\ufffd\ufffdBcc: everyone@example.com");
  });
});

import { ERROR_CODES } from "../errors.ts";
import type { Failure } from "./failure.ts";

/** A mail's content, for readers that show HTML and for those that don't. */
export interface Mail {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** Failures that a mail lists one by one; it counts all. */
const MAX_LISTED = 100;
/** Codes that a subject names. */
const MAX_NAMED = 3;

interface CodeCount {
  readonly code: string;
  readonly count: number;
  /** What the code means, if this bundle knows it. */
  readonly means: string;
}

/** One mail about all failures, of which there is at least one. */
export function digestOf(failures: readonly Failure[], stack: string): Mail {
  const counts = countByCode(failures);
  const rank = counts.map(({ code }) => code);
  const listed = failures
    .toSorted((one, other) => rank.indexOf(visible(one.code)) - rank.indexOf(visible(other.code)))
    .slice(0, MAX_LISTED)
    .map(({ worker, key, code, message }) => ({
      worker: visible(worker),
      key: visible(key),
      code: visible(code),
      message: visible(message.replace(/\s+/g, " ")),
    }));
  const content = { title: titleOf(failures.length, stack), counts, listed, more: failures.length - listed.length };
  return { subject: subjectOf(content.title, counts), text: textOf(content), html: htmlOf(content) };
}

interface Content {
  readonly title: string;
  readonly counts: readonly CodeCount[];
  readonly listed: readonly Omit<Failure, "id">[];
  /** Failures that are not listed. */
  readonly more: number;
}

const WHERE = "The messages of these uploads are in the dead-letter queues of their workers.";

/** The most frequent first. */
function countByCode(failures: readonly Failure[]): CodeCount[] {
  const codes = Map.groupBy(failures, ({ code }) => visible(code));
  return [...codes]
    .map(([code, { length }]) => ({ code, count: length, means: isKnown(code) ? ERROR_CODES[code].means : "" }))
    .sort((one, other) => other.count - one.count || (one.code < other.code ? -1 : 1));
}

function isKnown(code: string): code is keyof typeof ERROR_CODES {
  return Object.hasOwn(ERROR_CODES, code);
}

function titleOf(count: number, stack: string): string {
  return `${count} ${count === 1 ? "failure" : "failures"} in ${stack}`;
}

function subjectOf(title: string, counts: readonly CodeCount[]): string {
  const named = counts.slice(0, MAX_NAMED).map(({ code, count }) => `${count} ${code}`);
  return `${title}: ${named.join(", ")}${counts.length > MAX_NAMED ? ", …" : ""}`;
}

function textOf({ title, counts, listed, more }: Content): string {
  return [
    `${title}.`,
    "",
    ...counts.map(({ code, count, means }) => `${count} × ${code}${means && `: ${means}`}`),
    "",
    ...listed.flatMap(({ worker, key, code, message }) => [`${worker}  ${key}  ${code}`, `    ${message}`]),
    ...(more > 0 ? [`and ${more} more.`] : []),
    "",
    WHERE,
    "",
  ].join("\n");
}

function htmlOf({ title, counts, listed, more }: Content): string {
  const row = (...cells: readonly string[]) =>
    `<tr>${cells.map((cell) => `<td>${escapeHtml(cell)}</td>`).join("")}</tr>`;
  const table = (rows: readonly string[]) => `<table cellpadding="4" border="1">\n${rows.join("\n")}\n</table>`;
  return [
    `<!doctype html>\n<html lang="en"><meta charset="utf-8"><title>${escapeHtml(title)}</title><body>`,
    `<h1>${escapeHtml(title)}</h1>`,
    table(counts.map(({ code, count, means }) => row(String(count), code, means))),
    "<p></p>",
    table(listed.map(({ worker, key, code, message }) => row(worker, key, code, message))),
    ...(more > 0 ? [`<p>and ${more} more.</p>`] : []),
    `<p>${WHERE}</p>\n</body></html>\n`,
  ].join("\n");
}

function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** A key may have any characters, also such that end a line or turn the order of those that follow. */
function visible(text: string): string {
  return text.toWellFormed().replace(/[\p{Cc}\u2028-\u202e\u2066-\u2069]/gu, "\ufffd");
}

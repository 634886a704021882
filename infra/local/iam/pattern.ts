/** What a policy writes to stand for several values. */
export interface Pattern {
  readonly text: string;
  matches(value: string): boolean;
}

/** An ARN has six parts, of which the last may contain colons (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html). */
const ARN = /^arn:[^:]*:[^:]*:[^:]*:[^:]*:[\s\S]+$/;

/** Text in which `*` stands for any text and `?` for one character. */
export function textPattern(text: string): Pattern {
  return compiled(text, wildcards(text, "[\\s\\S]"), "u");
}

/** The same, whatever the case: what actions are compared by. */
export function caselessPattern(text: string): Pattern {
  return compiled(text, wildcards(text, "[\\s\\S]"), "iu");
}

/** Exactly this text. */
export function exactPattern(text: string): Pattern {
  return { text, matches: (value) => value === text };
}

/** An ARN, or `*` for all of them. A wildcard ends with its part of the ARN; only the last part has colons. */
export function arnPattern(text: string): Pattern {
  if (text === "*") return { text, matches: () => true };
  if (!isArn(text)) throw new TypeError(`Expected an ARN of six parts, received ${text}.`);
  const [parts, resource] = splitArn(text);
  const source = [...parts.map((part) => wildcards(part, "[^:]")), wildcards(resource, "[\\s\\S]")].join(":");
  return compiled(text, source, "u");
}

function isArn(text: string): boolean {
  return ARN.test(text);
}

function splitArn(arn: string): [parts: string[], resource: string] {
  const parts = arn.split(":");
  return [parts.slice(0, 5), parts.slice(5).join(":")];
}

function compiled(text: string, source: string, flags: string): Pattern {
  const expression = new RegExp(`^${source}$`, flags);
  return { text, matches: (value) => expression.test(value) };
}

/** @param any what one character may be, as an expression */
function wildcards(text: string, any: string): string {
  return text
    .replace(/[.+^${}()|[\]\\/]/g, "\\$&")
    .replaceAll("*", `${any}*`)
    .replaceAll("?", any);
}

import type { EventPattern } from "./event-pattern.ts";
import { invalidPattern } from "./event-pattern-condition.ts";

/**
 * How many beginnings of a field's wildcard patterns may match one value at once. AWS documents that there is a limit, and how it
 * counts, but not which one it is: this one explains the patterns that are known to be refused and to be taken.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html#eb-filtering-wildcard-matching-complexity
 */
const MAX_COMPLEXITY = 10;

/** A place in one pattern: how many of its tokens a value has matched. */
type Place = readonly [pattern: number, matched: number];

const ANY = Symbol("any characters");
const QUOTE = '"';

type Token = string | typeof ANY;

/** Throws what EventBridge answers to a pattern whose wildcards take it too long to tell apart. */
export function checkWildcardComplexity(pattern: EventPattern): void {
  for (const wildcards of wildcardsByField(pattern, []).values()) {
    if (complexityOf([...wildcards]) > MAX_COMPLEXITY) {
      throw invalidPattern(
        "Rule is too complex - try using fewer wildcard characters or fewer repeating character sequences after a wildcard character",
      );
    }
  }
}

/** Over all alternatives, of which EventBridge looks at some apart. */
function wildcardsByField({ rules }: EventPattern, above: readonly string[]): Map<string, Set<string>> {
  const fields = new Map<string, Set<string>>();
  const add = (path: string, wildcards: Iterable<string>) => {
    fields.set(path, new Set([...(fields.get(path) ?? []), ...wildcards]));
  };
  for (const rule of rules) {
    if (rule.kind === "leaf") {
      add(
        JSON.stringify([...above, rule.key]),
        rule.conditions.flatMap(({ wildcards }) => wildcards),
      );
      continue;
    }
    const inner =
      rule.kind === "nested"
        ? wildcardsByField(rule.within, [...above, rule.key])
        : rule.alternatives.flatMap((alternative) => [...wildcardsByField(alternative, above)]);
    for (const [path, wildcards] of inner) add(path, wildcards);
  }
  return fields;
}

/** The most places in which a value can be at once; no more than one above the limit is counted. */
function complexityOf(wildcards: readonly string[]): number {
  const patterns = wildcards.map(tokensOf);
  const characters = [...new Set(patterns.flat())];
  const seen = new Set<string>();
  const waiting: (readonly Place[])[] = [patterns.map((_, pattern): Place => [pattern, 0])];
  let most = 0;
  for (const places of waiting) {
    for (const character of characters) {
      const next = advance(patterns, places, character);
      const id = next.join(" ");
      if (seen.has(id)) continue;
      seen.add(id);
      waiting.push(next);
      most = Math.max(most, next.length);
      if (most > MAX_COMPLEXITY) return most;
    }
  }
  return most;
}

/** Where a value is after one more character; `ANY` stands for one that no pattern has. */
function advance(patterns: readonly (readonly Token[])[], places: readonly Place[], character: Token): Place[] {
  const next = new Map<string, Place>();
  const reach = (pattern: number, matched: number) => {
    next.set(`${pattern} ${matched}`, [pattern, matched]);
    // A value that matches `a` matches `a*` too.
    if (patterns[pattern]?.[matched] === ANY) next.set(`${pattern} ${matched + 1}`, [pattern, matched + 1]);
  };
  for (const [pattern, matched] of places) {
    const tokens = patterns[pattern] ?? [];
    if (matched > 0 && tokens[matched - 1] === ANY) reach(pattern, matched);
    if (tokens[matched] === character && character !== ANY) reach(pattern, matched + 1);
  }
  return [...next.values()].sort(([a, b], [c, d]) => a - c || b - d);
}

/** Texts are matched with their quotes, as they are in JSON. */
function tokensOf(wildcard: string): Token[] {
  const tokens = wildcard.match(/\\[*\\]|[\s\S]/gu) ?? [];
  return [QUOTE, ...tokens.map((token) => (token === "*" ? ANY : (token.at(-1) ?? ""))), QUOTE];
}

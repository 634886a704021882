/**
 * An expression that matches what a pattern does, where each star stands for any characters.
 * https://docs.aws.amazon.com/sns/latest/dg/string-value-matching.html
 */
export function wildcardExpression(pattern: string): RegExp {
  const source = pattern.replace(/\\[*\\]|[\s\S]/g, (token) => {
    if (token === "*") return "[\\s\\S]*";
    return (token.length > 1 ? token.slice(1) : token).replace(/[\\^$.*+?()[\]{}|/]/, "\\$&");
  });
  return new RegExp(`^${source}$`);
}

/** A backslash makes the star after it, or another backslash, an ordinary character. */
export function countWildcards(pattern: string): number {
  return pattern.replace(/\\[*\\]/g, "").split("*").length - 1;
}

import { type Principal, principalAccount, rootArn } from "./principal.ts";

/** One principal that a resource policy names. */
export type PrincipalPattern =
  | { readonly kind: "everyone" }
  | { readonly kind: "service"; readonly name: string }
  | { readonly kind: "account"; readonly accountId: string }
  | { readonly kind: "role"; readonly arn: string };

/** `grants`: meets it. `delegates`: its account meets it, which leaves the rest to the account's identity policies. */
export type PrincipalMatch = "grants" | "delegates" | "none";

/** Reads a `Principal` element; throws a `TypeError` that names what is not known here. */
export function readPrincipals(element: unknown): PrincipalPattern[] {
  if (element === "*") return [{ kind: "everyone" }];
  if (typeof element !== "object" || element === null || Array.isArray(element)) throw unknown(element);
  const patterns = Object.entries(element).flatMap(([type, names]) => {
    const read = TYPES[type];
    if (read === undefined) throw unknown({ [type]: names });
    return (Array.isArray(names) ? names : [names]).map((name: unknown) => read(name));
  });
  if (patterns.length === 0) throw unknown(element);
  return patterns;
}

/** How a principal meets what a policy names (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html). */
export function matchPrincipal(patterns: readonly PrincipalPattern[], principal: Principal): PrincipalMatch {
  const matches = patterns.map((pattern) => matchOne(pattern, principal));
  return matches.find((match) => match === "grants") ?? matches.find((match) => match === "delegates") ?? "none";
}

const TYPES: Readonly<Record<string, (name: unknown) => PrincipalPattern>> = {
  Service: (name) => {
    if (typeof name === "string" && /^[a-z0-9-]+\.amazonaws\.com$/.test(name)) return { kind: "service", name };
    throw unknown({ Service: name });
  },
  AWS: (name) => {
    if (name === "*") return { kind: "everyone" };
    const [, accountId] = /^(?:arn:aws:iam::)?(\d{12})(?::root)?$/.exec(String(name)) ?? [];
    if (accountId !== undefined && [accountId, rootArn(accountId)].includes(String(name))) {
      return { kind: "account", accountId };
    }
    if (typeof name === "string" && /^arn:aws:iam::\d{12}:role\/[\w+=,.@/-]+$/.test(name)) {
      return { kind: "role", arn: name };
    }
    throw unknown({ AWS: name });
  },
};

function matchOne(pattern: PrincipalPattern, principal: Principal): PrincipalMatch {
  switch (pattern.kind) {
    case "everyone":
      return "grants";
    case "service":
      return principal.kind === "service" && principal.name === pattern.name ? "grants" : "none";
    case "account":
      return principalAccount(principal) === pattern.accountId ? "delegates" : "none";
    case "role":
      return principal.kind === "role" && principal.roleArn === pattern.arn ? "grants" : "none";
  }
}

function unknown(received: unknown): TypeError {
  const expected = '"*", a Service, or an account or role as AWS';
  return new TypeError(`Expected a Principal of ${expected}, received ${JSON.stringify(received)}.`);
}

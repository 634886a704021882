import { type Condition, readConditions } from "./condition.ts";
import { arnPattern, caselessPattern, type Pattern } from "./pattern.ts";
import { type PrincipalPattern, readPrincipals } from "./principal-pattern.ts";

/** What a policy hangs on; it decides which elements its statements have. */
export type PolicyKind = "identity" | "resource" | "trust";

/** A policy as it is evaluated here. */
export interface Policy {
  readonly statements: readonly Statement[];
}

export interface Statement {
  /** Its Sid, or its place: `statement 1`. */
  readonly name: string;
  readonly effect: "Allow" | "Deny";
  /** Whom a resource policy is about; an identity policy is about whoever has it. */
  readonly principals: readonly PrincipalPattern[];
  readonly actions: readonly Pattern[];
  readonly resources: readonly Pattern[];
  readonly conditions: readonly Condition[];
}

type Element = "Principal" | "Resource";

/** Elements beside those that each statement has. AWS refuses a statement that lacks one, or that has the other. */
const ELEMENTS: Readonly<Record<PolicyKind, readonly Element[]>> = {
  identity: ["Resource"],
  resource: ["Principal", "Resource"],
  // It is about the role that it hangs on.
  trust: ["Principal"],
};

/** Without a version AWS reads the one of 2008, which differs in policy variables alone; here there are none. */
const VERSIONS: readonly unknown[] = [undefined, "2012-10-17"];

/** All that an action may be: a name with wildcards in one service, or anything. */
const ACTION = /^(\*|[a-z0-9-]+:[a-zA-Z*?]+)$/;

/**
 * Reads a policy document, of the part of the language that this project's policies are written in. Throws a `TypeError` that names
 * what is beyond it: what this machine would not enforce must not look as if it did.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
 */
export function readPolicy(kind: PolicyKind, document: string): Policy {
  const { Version, Statement, ...others } = objectOf(parse(document), "a policy document");
  refuseOthers(others, "a policy");
  if (!VERSIONS.includes(Version)) throw new TypeError(`Expected a policy of version 2012-10-17, received ${Version}.`);
  const statements = listOf(Statement).map((statement, index) => readStatement(kind, statement, index));
  if (statements.length === 0) throw new TypeError("Expected a policy with statements, received none.");
  const names = statements.map(({ name }) => name);
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated) throw new TypeError(`Expected a Sid to be unique in its policy, received ${repeated} twice.`);
  return { statements };
}

/** Why a document is no policy of this kind here, as a sentence; `undefined` if it is one. */
export function policyProblem(kind: PolicyKind, document: unknown): string | undefined {
  try {
    readPolicy(kind, String(document));
    return undefined;
  } catch (error) {
    if (error instanceof TypeError) return error.message;
    throw error;
  }
}

function readStatement(kind: PolicyKind, value: unknown, index: number): Statement {
  const { Sid, Effect, Principal, Action, Resource, Condition, ...others } = objectOf(value, "a statement");
  const name = typeof Sid === "string" ? Sid : `statement ${index + 1}`;
  refuseOthers(others, `statement ${name}`);
  checkElements(kind, name, { Principal, Resource });
  if (Effect !== "Allow" && Effect !== "Deny") {
    throw new TypeError(`Expected an Effect of Allow or Deny in ${name}, received ${Effect}.`);
  }
  return {
    name,
    effect: Effect,
    principals: Principal === undefined ? [] : readPrincipals(Principal),
    actions: textsOf(Action, `an Action in ${name}`).map(readAction),
    resources: Resource === undefined ? [] : textsOf(Resource, `a Resource in ${name}`).map(readResource),
    conditions: readConditions(Condition),
  };
}

function checkElements(kind: PolicyKind, name: string, elements: Readonly<Record<Element, unknown>>): void {
  for (const element of ["Principal", "Resource"] as const) {
    const expected = ELEMENTS[kind].includes(element);
    if (expected === (elements[element] !== undefined)) continue;
    throw new TypeError(`Expected ${expected ? "a" : "no"} ${element} in ${name} of this ${kind} policy.`);
  }
}

function readAction(action: string): Pattern {
  if (!ACTION.test(action)) throw new TypeError(`Expected an action as s3:GetObject, received ${action}.`);
  return caselessPattern(action);
}

function readResource(resource: string): Pattern {
  if (resource.includes("${")) throw new TypeError(`Expected no policy variable in a Resource, received ${resource}.`);
  return arnPattern(resource);
}

function parse(document: string): unknown {
  try {
    return JSON.parse(document);
  } catch {
    throw new TypeError(`Expected a policy in JSON, received ${document}.`);
  }
}

function objectOf(value: unknown, what: string): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new TypeError(`Expected ${what} to be an object, received ${JSON.stringify(value)}.`);
  }
  return { ...value };
}

function refuseOthers(others: object, where: string): void {
  const [other] = Object.keys(others);
  if (other !== undefined)
    throw new TypeError(`Expected only elements that are enforced here in ${where}, received ${other}.`);
}

function textsOf(value: unknown, what: string): string[] {
  const texts = listOf(value);
  if (texts.length === 0) throw new TypeError(`Expected ${what}, received none.`);
  return texts.map((text) => {
    if (typeof text !== "string")
      throw new TypeError(`Expected ${what} to be a text, received ${JSON.stringify(text)}.`);
    return text;
  });
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : value === undefined ? [] : [value];
}

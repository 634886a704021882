import type { AccessDecision } from "../../../infra/local/iam/access-control.ts";
import type { AccessRequest } from "../../../infra/local/iam/evaluate.ts";
import { covers } from "../../../infra/local/iam/evaluate.ts";
import { readPolicy, type Statement } from "../../../infra/local/iam/policy.ts";

/** One action of one statement of a role's policy. */
export interface Grant {
  readonly statement: Statement;
  readonly action: string;
}

/** All that a role's policy allows, action by action. */
export function grantsOf(document: string): Grant[] {
  return readPolicy("identity", document)
    .statements.filter(isAllow)
    .flatMap((statement) => statement.actions.map(({ text }) => ({ statement, action: text })));
}

export function grantName({ statement, action }: Grant): string {
  return `${statement.name} ${action}`;
}

/** A policy document without one of its grants. */
export function withoutGrant(document: string, { statement, action }: Grant): string {
  const { Statement, ...others } = JSON.parse(document);
  const kept = Statement.flatMap((candidate: { Sid: string; Action: string | string[] }) => {
    const Action = [candidate.Action].flat().filter((name) => candidate.Sid !== statement.name || name !== action);
    return Action.length === 0 ? [] : [{ ...candidate, Action }];
  });
  return JSON.stringify({ ...others, Statement: kept });
}

/** The grants without which all of these requests would still be allowed; and those of many actions, which nobody can tell. */
export function unneededGrants(document: string, requests: readonly AccessRequest[]): string[] {
  const grants = grantsOf(document);
  const allows = ({ statement, action }: Grant, request: AccessRequest) =>
    action === request.action && covers(statement, request);
  const isNeeded = (grant: Grant) =>
    requests.some((request) => grants.every((other) => (other === grant) === allows(other, request)));
  return grants.filter((grant) => !isNeeded(grant)).map(grantName);
}

/** The grants to services of a resource's policy that none of these calls used. */
export function unusedServiceGrants(document: string, calls: readonly AccessDecision[]): string[] {
  const grants = readPolicy("resource", document)
    .statements.filter((statement) => isAllow(statement) && !isLeftToAccount(statement))
    .flatMap((statement) => statement.actions.map(({ text }) => ({ statement, action: text })));
  const uses = ({ statement, action }: Grant, call: AccessDecision) =>
    call.refusal === undefined &&
    call.action === action &&
    covers(statement, call) &&
    statement.principals.some((principal) => principal.kind === "service" && principal.name === call.principal);
  return grants.filter((grant) => !calls.some((call) => uses(grant, call))).map(grantName);
}

function isLeftToAccount({ principals }: Statement): boolean {
  return principals.every(({ kind }) => kind === "account");
}

function isAllow({ effect }: Statement): boolean {
  return effect === "Allow";
}

import { conditionsHold, type RequestContext } from "./condition.ts";
import type { Policy, Statement } from "./policy.ts";
import { type Principal, principalName } from "./principal.ts";
import { matchPrincipal } from "./principal-pattern.ts";

/** One action on one resource; a call may need several. */
export interface AccessRequest {
  /** `s3:GetObject` */
  readonly action: string;
  /** Its ARN, or `*` for actions that are on none. */
  readonly resource: string;
  readonly context: RequestContext;
  /** What it asks of the key that the resource is encrypted with, if it is. Default: what its action always asks. */
  readonly keyActions?: readonly KeyAction[] | undefined;
}

export type KeyAction = "kms:Decrypt" | "kms:GenerateDataKey";

/** The policies that decide on a request. */
export interface ApplicablePolicies {
  /** Of the role that asks. */
  readonly identity: readonly Policy[];
  /** Of the resource that is asked for. */
  readonly resource: Policy | undefined;
}

/**
 * Why a request is refused, in AWS's words; `undefined` if it is allowed. Everything is in one account, where either side's policy
 * is enough, and a deny of either side is final
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html). KMS keys alone are nobody's, not even
 * the owner's, unless their own policy says so (https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html).
 */
export function refusalOf(
  principal: Principal,
  request: AccessRequest,
  { identity, resource }: ApplicablePolicies,
): string | undefined {
  const own = identity.flatMap(({ statements }) => statements).filter((statement) => covers(statement, request));
  const resources = (resource?.statements ?? []).filter((statement) => covers(statement, request));
  const meets = ({ principals }: Statement) => matchPrincipal(principals, principal);
  const refused = (reason: string) => sentence(principal, request, reason);

  if (own.some(isDeny)) return refused("with an explicit deny in an identity-based policy");
  if (resources.some((statement) => isDeny(statement) && meets(statement) !== "none")) {
    return refused("with an explicit deny in a resource-based policy");
  }
  const granted = resources.some((statement) => !isDeny(statement) && meets(statement) === "grants");
  const left =
    !isOfKey(request) || resources.some((statement) => !isDeny(statement) && meets(statement) === "delegates");
  switch (principal.kind) {
    case "owner":
      return granted || left ? undefined : refused(noneAllows("resource-based", request));
    case "role":
      if (granted || (left && own.length > 0)) return undefined;
      return refused(noneAllows(left ? "identity-based" : "resource-based", request));
    case "service":
      return granted ? undefined : refused(noneAllows("resource-based", request));
    case "anonymous":
      // Whatever a bucket policy grants to everyone: buckets block public access.
      return refused(noneAllows("resource-based", request));
  }
}

/** Whether a statement is about a request, whoever makes it. A trust policy's statement is about its role alone. */
export function covers({ actions, resources, conditions }: Statement, { action, resource, context }: AccessRequest) {
  return (
    actions.some((pattern) => pattern.matches(action)) &&
    (resources.length === 0 || resources.some((pattern) => pattern.matches(resource))) &&
    conditionsHold(conditions, context)
  );
}

/** Whether it is KMS that decides. */
export function isOfKey({ action }: Pick<AccessRequest, "action">): boolean {
  return action.startsWith("kms:");
}

function isDeny({ effect }: Statement): boolean {
  return effect === "Deny";
}

function noneAllows(kind: string, { action }: AccessRequest): string {
  return `because no ${kind} policy allows the ${action} action`;
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html */
function sentence(principal: Principal, { action, resource }: AccessRequest, reason: string): string {
  return `User: ${principalName(principal)} is not authorized to perform: ${action} on resource: "${resource}" ${reason}`;
}

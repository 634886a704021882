import { type Credentials, credentialsOf } from "./credentials.ts";
import { type AccessRequest, refusalOf } from "./evaluate.ts";
import { keyRequestsOf } from "./key-access.ts";
import { Keys } from "./keys.ts";
import { type Policy, readPolicy } from "./policy.ts";
import { type Principal, principalName, type RoleSession, roleName } from "./principal.ts";

/** One request that was decided on. */
export interface AccessDecision extends AccessRequest {
  /** As AWS names it: an ARN, or a service's name. */
  readonly principal: string;
  /** Why it was refused, in AWS's words; `undefined` if it was allowed. */
  readonly refusal: string | undefined;
}

export interface AccessControlOptions {
  readonly accountId: string;
  /** Told of every request, allowed or not. */
  readonly onDecision?: ((decision: AccessDecision) => void) | undefined;
}

/** Who may do what on this machine: its policies, and who is behind which access key. */
export class AccessControl {
  /** Which key each bucket, topic and queue is encrypted with. */
  readonly keys = new Keys();
  readonly #accountId: string;
  readonly #onDecision: (decision: AccessDecision) => void;
  /** By role and policy. */
  readonly #rolePolicies = new Map<string, Map<string, Policy>>();
  readonly #resourcePolicies = new Map<string, Policy>();
  readonly #sessions = new Map<string, RoleSession>();

  constructor({ accountId, onDecision = () => {} }: AccessControlOptions) {
    this.#accountId = accountId;
    this.#onDecision = onDecision;
  }

  /** Sets one of a role's policies, from now on. Throws a `TypeError` for what is not enforced here. */
  putRolePolicy(role: string, name: string, document: string): void {
    const policies = this.#rolePolicies.get(role) ?? new Map<string, Policy>();
    this.#rolePolicies.set(role, policies.set(name, readPolicy("identity", document)));
  }

  /** Sets the policy of a bucket, topic, queue or key, from now on; an empty one takes it away. Throws like `putRolePolicy`. */
  putResourcePolicy(arn: string, document: string): void {
    if (document === "") this.#resourcePolicies.delete(arn);
    else this.#resourcePolicies.set(arn, readPolicy("resource", document));
  }

  /** Credentials with which a function acts in its role. */
  takeRole(session: Omit<RoleSession, "kind">): Credentials {
    const taken: RoleSession = { kind: "role", ...session };
    const credentials = credentialsOf(taken);
    this.#sessions.set(credentials.accessKeyId, taken);
    return credentials;
  }

  /** Who is behind an access key: a function's role, or else the owner, whose keys this machine does not list. */
  callerOf(accessKeyId: string | undefined): Principal {
    if (accessKeyId === undefined) return { kind: "anonymous" };
    return this.#sessions.get(accessKeyId) ?? { kind: "owner", accountId: this.#accountId };
  }

  /** Why a principal may not do this, in AWS's words; `undefined` if it may, with the key of the resource if it is encrypted. */
  refusal(principal: Principal, request: AccessRequest): string | undefined {
    return this.#decide(principal, request) ?? this.#keyRefusal(principal, request);
  }

  #keyRefusal(principal: Principal, request: AccessRequest): string | undefined {
    const key = this.keys.of(policyHolder(request.resource));
    if (key === undefined || (key.managedByAws && principal.kind !== "service")) return undefined;
    for (const asked of keyRequestsOf(principal, request, key.arn)) {
      const refusal = this.#decide(principal, asked);
      if (refusal !== undefined) return refusal;
    }
    return undefined;
  }

  #decide(principal: Principal, request: AccessRequest): string | undefined {
    const refusal = refusalOf(principal, request, {
      identity: principal.kind === "role" ? this.#policiesOf(principal) : [],
      resource: this.#resourcePolicies.get(policyHolder(request.resource)),
    });
    const { action, resource, context } = request;
    this.#onDecision({ principal: principalName(principal), action, resource, context, refusal });
    return refusal;
  }

  #policiesOf({ roleArn }: RoleSession): Policy[] {
    return [...(this.#rolePolicies.get(roleName(roleArn))?.values() ?? [])];
  }
}

/** The resource whose policy decides: an object's is its bucket's. */
function policyHolder(resource: string): string {
  return resource.startsWith("arn:aws:s3:::") ? (resource.split("/")[0] ?? resource) : resource;
}

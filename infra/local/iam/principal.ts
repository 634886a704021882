/** Who makes a request. */
export type Principal = Owner | RoleSession | Service | Anonymous;

/** Whoever works with the account itself, as its administrators do. */
export interface Owner {
  readonly kind: "owner";
  readonly accountId: string;
}

/** A role as one function has taken it. */
export interface RoleSession {
  readonly kind: "role";
  readonly roleArn: string;
  /** For a function it is the function's name. */
  readonly sessionName: string;
}

export interface Service {
  readonly kind: "service";
  /** `sns.amazonaws.com` */
  readonly name: string;
}

/** Whoever shows no credentials. */
export interface Anonymous {
  readonly kind: "anonymous";
}

/** A principal as AWS names it in an error (https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html). */
export function principalName(principal: Principal): string {
  switch (principal.kind) {
    case "owner":
      return rootArn(principal.accountId);
    case "role":
      return `arn:aws:sts::${accountOf(principal.roleArn)}:assumed-role/${roleName(principal.roleArn)}/${principal.sessionName}`;
    case "service":
      return principal.name;
    case "anonymous":
      return "anonymous";
  }
}

/** The account of a principal that has one. */
export function principalAccount(principal: Principal): string | undefined {
  if (principal.kind === "owner") return principal.accountId;
  return principal.kind === "role" ? accountOf(principal.roleArn) : undefined;
}

export function rootArn(accountId: string): string {
  return `arn:aws:iam::${accountId}:root`;
}

/** A role's name, from its ARN, in which its path comes before. */
export function roleName(roleArn: string): string {
  return roleArn.slice(roleArn.lastIndexOf("/") + 1);
}

function accountOf(arn: string): string {
  return arn.split(":")[4] ?? "";
}

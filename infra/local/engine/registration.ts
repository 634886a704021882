/** A resource that the program registered. */
export interface Registration {
  readonly urn: string;
  /** Pulumi's type token, as `aws:sqs/queue:Queue`. */
  readonly type: string;
  readonly name: string;
  readonly parent: string | undefined;
  /** URNs of all it was ordered after, by `dependsOn` or by using their outputs. */
  readonly dependsOn: readonly string[];
  /** URNs of those whose outputs it does not use: the program says so with `dependsOn` alone. Default: none. */
  readonly onlyOrderedAfter?: readonly string[];
  /** Secrets unwrapped. */
  readonly inputs: Record<string, unknown>;
  /** Secrets redacted. */
  readonly shownInputs: Record<string, unknown>;
  /** Whether a provider makes it; components are only groups of others. */
  readonly custom: boolean;
}

/** What a provider answers: the identity of the resource, and its outputs. */
export interface Created {
  readonly id: string;
  readonly outputs: Record<string, unknown>;
}

/** Makes resources, or only says what they would be. */
export interface Provider {
  create(registration: Registration): Promise<Created>;
  /** Answers a function of the provider, as `aws:index/getCallerIdentity:getCallerIdentity`. */
  invoke(token: string, inputs: Record<string, unknown>): Promise<Record<string, unknown>>;
}

/** A resource's URN, which Pulumi's engine makes of its type and those of its parents. */
export function urnOf(stack: string, project: string, parent: string | undefined, type: string, name: string): string {
  const parentType = parent?.split("::")[2];
  const qualified = parentType && parentType !== ROOT_TYPE ? `${parentType}$${type}` : type;
  return `urn:pulumi:${stack}::${project}::${qualified}::${name}`;
}

/** The type of the resource that stands for the whole stack. */
export const ROOT_TYPE = "pulumi:pulumi:Stack";

/** A URN's own type and name: enough to tell resources of one stack apart for a reader. */
export function shortUrn(urn: string): string {
  const [, , types = "", name] = urn.split("::");
  return `${types.split("$").at(-1)}::${name}`;
}

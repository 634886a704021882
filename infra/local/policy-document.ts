/** A request of an AWS service to a resource, as far as resource policies decide on it. */
export interface ServiceRequest {
  readonly service: string;
  readonly action: string;
  readonly resource: string;
  readonly sourceArn?: string;
}

interface Statement {
  readonly Effect?: unknown;
  readonly Principal?: unknown;
  readonly Action?: unknown;
  readonly Resource?: unknown;
  readonly Condition?: Record<string, Record<string, unknown>>;
}

/** Whether a resource policy lets a service do this. */
export function allowsService(policy: string, { service, action, resource, sourceArn }: ServiceRequest): boolean {
  return statements(policy).some(
    ({ Effect, Principal, Action, Resource, Condition }) =>
      Effect === "Allow" &&
      list((Principal as { Service?: unknown } | undefined)?.Service).includes(service) &&
      matches(Action, action) &&
      // A role's trust policy names no resource: it is about the role it hangs on.
      (Resource === undefined || matches(Resource, resource)) &&
      (sourceArn === undefined || sourceMatches(Condition, sourceArn)),
  );
}

/** Whether an identity policy allows an action on a resource. */
export function allowsAction(policy: string, action: string, resource: string): boolean {
  return statements(policy).some(
    ({ Effect, Action, Resource }) => Effect === "Allow" && matches(Action, action) && matches(Resource, resource),
  );
}

function statements(policy: string): Statement[] {
  return list(JSON.parse(policy).Statement) as Statement[];
}

/** Every condition on the source must match it; other conditions are about what is not known here. */
function sourceMatches(condition: Statement["Condition"] = {}, sourceArn: string): boolean {
  return Object.values(condition)
    .flatMap((tests) => Object.entries(tests))
    .filter(([key]) => key.toLowerCase() === "aws:sourcearn")
    .every(([, patterns]) => matches(patterns, sourceArn));
}

function matches(patterns: unknown, value: string): boolean {
  return list(patterns).some((pattern) => wildcard(String(pattern)).test(value));
}

/** `*` stands for any text and `?` for one character, as in IAM. */
function wildcard(pattern: string): RegExp {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${escaped.replaceAll("*", ".*").replaceAll("?", ".")}$`, "s");
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : value === undefined ? [] : [value];
}

/** One statement of a policy. */
export interface Statement {
  readonly Sid: string;
  readonly Effect: "Allow" | "Deny";
  readonly Principal?: "*" | { readonly Service: string } | { readonly AWS: string };
  readonly Action: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Condition?: Conditions;
}

export type Conditions = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

/** Where a resource is, as its ARN says. */
export interface ArnPlace {
  readonly partition: string;
  readonly region: string;
  readonly accountId: string;
}

/** A policy document, as JSON whose order never changes. */
export function policy(...statements: readonly Statement[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: statements });
}

/** What a role may do. */
export function allow(
  sid: string,
  actions: string | readonly string[],
  resource: string | readonly string[],
  condition?: Conditions,
): Statement {
  return {
    Sid: sid,
    Effect: "Allow",
    Action: actions,
    Resource: resource,
    ...(condition && { Condition: condition }),
  };
}

/** Nobody may do this without TLS. */
export function denyWithoutTls(action: string, resource: string | readonly string[]): Statement {
  return {
    Sid: "DenyWithoutTls",
    Effect: "Deny",
    Principal: "*",
    Action: action,
    Resource: resource,
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  };
}

/**
 * What a role may do with a KMS key, only through the services that keep what it encrypted
 * (https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service).
 */
export function useKey(keyArn: string, services: readonly string[]): Statement {
  const { region } = placeOf(keyArn);
  return allow("UseKey", ["kms:Decrypt", "kms:GenerateDataKey"], keyArn, {
    StringEquals: { "kms:ViaService": services.map((service) => `${service}.${region}.amazonaws.com`) },
  });
}

/** The place that an ARN names; what it leaves out is empty. */
export function placeOf(arn: string): ArnPlace {
  const [, partition = "", , region = "", accountId = ""] = arn.split(":");
  return { partition, region, accountId };
}

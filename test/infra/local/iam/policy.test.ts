import { describe, expect, it } from "vitest";
import { type PolicyKind, policyProblem, readPolicy } from "../../../../infra/local/iam/policy.ts";
import {
  bucketPolicy,
  deadLetterQueuePolicy,
  deliveryQueuePolicy,
  resultsTopicPolicy,
  uploadsTopicPolicy,
  WORKER_ROLE_TRUST,
  workerPolicy,
} from "../../../../infra/policies.ts";
import { arn, scopeOf } from "./policy-samples.ts";

const STATEMENT = { Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::bucket/*" };
const RESOURCE_STATEMENT = { ...STATEMENT, Principal: "*" };

function problemOf(statement: object, kind: PolicyKind = "identity", others: object = {}): string | undefined {
  return policyProblem(kind, JSON.stringify({ Version: "2012-10-17", ...others, Statement: statement }));
}

describe("a policy", () => {
  const [bucketArn, topicArn, queueArn] = ["arn:aws:s3:::uploads", arn("sns", "uploads"), arn("sqs", "work")];
  it.each<[string, PolicyKind, string]>([
    ["of a worker", "identity", workerPolicy(scopeOf("thumbnail"))],
    ["of a worker's role, about who may take it", "trust", WORKER_ROLE_TRUST],
    ["of a bucket", "resource", bucketPolicy(bucketArn)],
    ["of the uploads topic", "resource", uploadsTopicPolicy({ topicArn, bucketArn })],
    ["of the results topic", "resource", resultsTopicPolicy(topicArn)],
    ["of a worker's queue", "resource", deliveryQueuePolicy({ queueArn, topicArn })],
    ["of a dead-letter queue", "resource", deadLetterQueuePolicy(queueArn)],
  ])("of this project is read: %s", (_, kind, document) => {
    expect(policyProblem(kind, document)).toBeUndefined();
  });

  it("keeps the patterns and names of its statements", () => {
    const { statements } = readPolicy(
      "identity",
      JSON.stringify({ Statement: [{ ...STATEMENT, Sid: "Read" }, STATEMENT] }),
    );

    expect(statements.map(({ name, actions, resources }) => [name, actions[0]?.text, resources[0]?.text])).toEqual([
      ["Read", "s3:GetObject", "arn:aws:s3:::bucket/*"],
      ["statement 2", "s3:GetObject", "arn:aws:s3:::bucket/*"],
    ]);
  });

  it.each<[string, object, RegExp]>([
    ["NotAction", { ...STATEMENT, Action: undefined, NotAction: "s3:*" }, /received NotAction/],
    ["NotResource", { ...STATEMENT, Resource: undefined, NotResource: "*" }, /received NotResource/],
    ["no action", { ...STATEMENT, Action: undefined }, /Expected an Action in statement 1, received none/],
    [
      "an action that is none",
      { ...STATEMENT, Action: "GetObject" },
      /Expected an action as s3:GetObject, received GetObject/,
    ],
    ["another effect", { ...STATEMENT, Effect: "allow" }, /Effect of Allow or Deny in statement 1, received allow/],
    [
      "a resource that is no ARN",
      { ...STATEMENT, Resource: "bucket" },
      /Expected an ARN of six parts, received bucket/,
    ],
    ["a short ARN", { ...STATEMENT, Resource: "arn:aws:sqs:*:work" }, /Expected an ARN of six parts/],
    ["a variable", { ...STATEMENT, Resource: `arn:aws:s3:::b/\${aws:userid}/*` }, /no policy variable in a Resource/],
    ["a principal", RESOURCE_STATEMENT, /Expected no Principal in statement 1 of this identity policy/],
    [
      "no resource",
      { ...STATEMENT, Resource: undefined },
      /Expected a Resource in statement 1 of this identity policy/,
    ],
    ["an unknown element", { ...STATEMENT, Comment: "x" }, /received Comment/],
    [
      "one Sid twice",
      [
        { ...STATEMENT, Sid: "A" },
        { ...STATEMENT, Sid: "A" },
      ],
      /received A twice/,
    ],
    ["no statement", [], /Expected a policy with statements, received none/],
    [
      "an unknown operator",
      { ...STATEMENT, Condition: { NumericEquals: { "s3:max-keys": "1" } } },
      /condition operator of ArnEquals, ArnLike, StringEquals, StringLike, Bool, received NumericEquals/,
    ],
    [
      "an operator with a suffix",
      { ...STATEMENT, Condition: { StringEqualsIfExists: { "s3:prefix": "a" } } },
      /received StringEqualsIfExists/,
    ],
    [
      "an unknown key",
      { ...STATEMENT, Condition: { StringEquals: { "aws:PrincipalOrgID": "o" } } },
      /received aws:PrincipalOrgID/,
    ],
    [
      "an operator of another type",
      { ...STATEMENT, Condition: { Bool: { "s3:prefix": "true" } } },
      /condition operator for s3:prefix of StringEquals, StringLike, received Bool/,
    ],
    [
      "a variable in a condition",
      { ...STATEMENT, Condition: { StringLike: { "s3:prefix": `\${aws:username}/*` } } },
      /no policy variable in s3:prefix/,
    ],
    ["a boolean that is none", { ...STATEMENT, Condition: { Bool: { "aws:SecureTransport": "yes" } } }, /received yes/],
    ["a condition without values", { ...STATEMENT, Condition: { StringLike: { "s3:prefix": [] } } }, /received none/],
    ["a condition without keys", { ...STATEMENT, Condition: { StringLike: {} } }, /StringLike of an object/],
  ])("is refused with %s", (_, statement, problem) => {
    expect(problemOf(statement)).toMatch(problem);
  });

  it.each<[string, unknown, RegExp]>([
    [
      "of a user",
      { AWS: "arn:aws:iam::000000000000:user/eve" },
      /received \{"AWS":"arn:aws:iam::000000000000:user\/eve"\}/,
    ],
    ["federated", { Federated: "cognito-identity.amazonaws.com" }, /received \{"Federated"/],
    ["a service that is none", { Service: "s3" }, /received \{"Service":"s3"\}/],
    ["an account of too few digits", { AWS: "1234" }, /received \{"AWS":"1234"\}/],
    ["none", {}, /received \{\}/],
  ])("is refused with a principal %s", (_, Principal, problem) => {
    expect(problemOf({ ...RESOURCE_STATEMENT, Principal }, "resource")).toMatch(problem);
  });

  it.each<[string, string | undefined, string | undefined, RegExp]>([
    [
      "of another version",
      undefined,
      '{"Version":"2008-10-17","Statement":[]}',
      /version 2012-10-17, received 2008-10-17/,
    ],
    ["with an unknown element", undefined, '{"Id":"x","Statement":[]}', /received Id/],
    ["that is no JSON", undefined, "Allow all", /Expected a policy in JSON, received Allow all/],
    ["that is no object", undefined, "[]", /Expected a policy document to be an object/],
  ])("is refused as a document %s", (_, __, document, problem) => {
    expect(policyProblem("identity", document)).toMatch(problem);
  });
});

import { describe, expect, it } from "vitest";
import type { RequestContext } from "../../../../infra/local/iam/condition.ts";
import { refusalOf } from "../../../../infra/local/iam/evaluate.ts";
import { readPolicy } from "../../../../infra/local/iam/policy.ts";
import type { Principal } from "../../../../infra/local/iam/principal.ts";
import { ACCOUNT, OTHER_ACCOUNT } from "./policy-samples.ts";

const ROLE_ARN = `arn:aws:iam::${ACCOUNT}:role/worker`;
const ROLE: Principal = { kind: "role", roleArn: ROLE_ARN, sessionName: "thumbnail" };
const OWNER: Principal = { kind: "owner", accountId: ACCOUNT };
const SNS: Principal = { kind: "service", name: "sns.amazonaws.com" };
const ANONYMOUS: Principal = { kind: "anonymous" };
const SESSION_ARN = `arn:aws:sts::${ACCOUNT}:assumed-role/worker/thumbnail`;

interface Case {
  readonly principal?: Principal;
  readonly action?: string;
  readonly resource?: string;
  readonly context?: RequestContext;
  /** Statements of the role's policy. */
  readonly identity?: readonly object[];
  /** Statements of the resource's policy. */
  readonly on?: readonly object[];
}

const QUEUE = `arn:aws:sqs:us-east-1:${ACCOUNT}:work`;
const allow = (statement: object = {}) => ({
  Effect: "Allow",
  Action: "sqs:SendMessage",
  Resource: QUEUE,
  ...statement,
});
const deny = (statement: object = {}) => allow({ Effect: "Deny", ...statement });
const when = (operator: string, key: string, value: unknown) => allow({ Condition: { [operator]: { [key]: value } } });

function refusal({ principal = ROLE, action = "sqs:SendMessage", resource = QUEUE, context = {}, ...policies }: Case) {
  const read = (kind: "identity" | "resource", statements: readonly object[] | undefined) =>
    statements && readPolicy(kind, JSON.stringify({ Statement: statements }));
  const identity = read("identity", policies.identity);
  return refusalOf(
    principal,
    { action, resource, context },
    { identity: identity ? [identity] : [], resource: read("resource", policies.on) },
  );
}

describe("a request", () => {
  it.each<[string, Case]>([
    ["the role's policy allows it", { identity: [allow()] }],
    ["the action is in a list", { identity: [allow({ Action: ["sqs:DeleteMessage", "sqs:SendMessage"] })] }],
    ["the action matches a wildcard", { identity: [allow({ Action: "sqs:Send*" })] }],
    ["the action is in another case", { identity: [allow({ Action: "sqs:sendmessage" })] }],
    ["the resource matches a wildcard", { identity: [allow({ Resource: `arn:aws:sqs:*:*:wor?` })] }],
    ["every resource is allowed", { identity: [allow({ Resource: "*" })] }],
    [
      "a key has a colon and line breaks",
      {
        action: "s3:GetObject",
        resource: "arn:aws:s3:::b/a:b\n😀",
        identity: [{ Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::b/?:b*?" }],
      },
    ],
    ["the queue's policy allows everyone", { on: [allow({ Principal: "*" })] }],
    ["the queue's policy allows the role", { on: [allow({ Principal: { AWS: ROLE_ARN } })] }],
    ["the queue's policy allows everyone of AWS", { on: [allow({ Principal: { AWS: "*" } })] }],
    ["it is the owner's, whom nothing allows", { principal: OWNER }],
    ["a deny is about another action", { identity: [allow(), deny({ Action: "sqs:DeleteMessage" })] }],
    [
      "the queue's policy allows the service",
      { principal: SNS, on: [allow({ Principal: { Service: "sns.amazonaws.com" } })] },
    ],
    ["a prefix is as asked", { context: { "s3:prefix": "a/b" }, identity: [when("StringLike", "s3:prefix", "a/*")] }],
    [
      "one of several values is as asked",
      { context: { "s3:prefix": "b" }, identity: [when("StringEquals", "s3:prefix", ["a", "b"])] },
    ],
    [
      "a source is as asked",
      {
        context: { "aws:SourceArn": "arn:aws:sns:us-east-1:000000000000:topic" },
        identity: [when("ArnEquals", "aws:SourceArn", "arn:aws:sns:*:000000000000:top*")],
      },
    ],
    [
      "a boolean is as asked",
      { context: { "aws:SecureTransport": "true" }, identity: [when("Bool", "aws:SecureTransport", true)] },
    ],
  ])("is allowed if %s", (_, request) => {
    expect(refusal(request)).toBeUndefined();
  });

  const implicitly = /because no identity-based policy allows the sqs:SendMessage action$/;
  const noService = /because no resource-based policy allows the sqs:SendMessage action$/;
  it.each<[string, Case, RegExp]>([
    ["no policy is about it", {}, implicitly],
    ["the resource is another", { identity: [allow({ Resource: `${QUEUE}2` })] }, implicitly],
    ["the resource only begins so", { identity: [allow()], resource: `${QUEUE}-dead-letters` }, implicitly],
    ["a wildcard would have to cross a colon", { identity: [allow({ Resource: "arn:aws:s*:work:*:*" })] }, implicitly],
    ["the action only begins so", { identity: [allow({ Action: "sqs:Send" })] }, implicitly],
    [
      "the role's policy denies it too",
      { identity: [allow(), deny()] },
      /with an explicit deny in an identity-based policy$/,
    ],
    [
      "the queue's policy denies it",
      { identity: [allow()], on: [deny({ Principal: "*" })] },
      /with an explicit deny in a resource-based policy$/,
    ],
    [
      "the queue's policy denies it to the account",
      { identity: [allow()], on: [deny({ Principal: { AWS: ACCOUNT } })] },
      /explicit deny in a resource/,
    ],
    [
      "the queue's policy denies it to the owner",
      { principal: OWNER, on: [deny({ Principal: "*" })] },
      /explicit deny in a resource/,
    ],
    [
      "the queue's policy allows the account, which leaves it to the role",
      { on: [allow({ Principal: { AWS: ACCOUNT } })] },
      implicitly,
    ],
    ["the queue's policy allows another account", { on: [allow({ Principal: { AWS: OTHER_ACCOUNT } })] }, implicitly],
    ["the queue's policy allows another role", { on: [allow({ Principal: { AWS: `${ROLE_ARN}2` } })] }, implicitly],
    [
      "the queue's policy allows a service",
      { on: [allow({ Principal: { Service: "sns.amazonaws.com" } })] },
      implicitly,
    ],
    ["a service has no policy that allows it", { principal: SNS }, noService],
    [
      "the queue's policy allows another service",
      { principal: SNS, on: [allow({ Principal: { Service: "s3.amazonaws.com" } })] },
      noService,
    ],
    [
      "nobody knows who asks",
      { principal: ANONYMOUS, on: [allow({ Principal: "*" })] },
      /^User: anonymous is not authorized/,
    ],
    [
      "a value is another",
      { context: { "s3:prefix": "b/" }, identity: [when("StringLike", "s3:prefix", "a/*")] },
      implicitly,
    ],
    [
      "a wildcard is in an exact value",
      { context: { "s3:prefix": "ab" }, identity: [when("StringEquals", "s3:prefix", "a*")] },
      implicitly,
    ],
    ["a key is not there", { identity: [when("StringLike", "s3:prefix", "*")] }, implicitly],
    [
      "a source is no ARN",
      { context: { "aws:SourceArn": "topic" }, identity: [when("ArnLike", "aws:SourceArn", "arn:aws:sns:*:*:*")] },
      implicitly,
    ],
    [
      "only one of two conditions holds",
      {
        context: { "s3:prefix": "a", "aws:SecureTransport": "false" },
        identity: [allow({ Condition: { StringLike: { "s3:prefix": "a" }, Bool: { "aws:SecureTransport": "true" } } })],
      },
      implicitly,
    ],
  ])("is refused if %s", (_, request, reason) => {
    expect(refusal(request)).toMatch(reason);
  });

  it("is refused in AWS's words", () => {
    expect(refusal({ action: "s3:PutObject", resource: "arn:aws:s3:::outputs/a b.jpg" })).toBe(
      `User: ${SESSION_ARN} is not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::outputs/a b.jpg" because no identity-based policy allows the s3:PutObject action`,
    );
  });
});

describe("a request for a key", () => {
  const KEY = `arn:aws:kms:us-east-1:${ACCOUNT}:key/1234abcd`;
  const use = { action: "kms:Decrypt", resource: KEY };
  const grant = (statement: object = {}) => allow({ Action: "kms:Decrypt", Resource: "*", ...statement });
  const toAccount = grant({ Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` } });

  it.each<[string, Case]>([
    ["the role's policy allows it, to which the key's policy leaves it", { identity: [grant()], on: [toAccount] }],
    ["the key's policy allows the role", { on: [grant({ Principal: { AWS: ROLE_ARN } })] }],
    ["the key's policy leaves it to the owner's account", { principal: OWNER, on: [toAccount] }],
    [
      "the key's policy allows the service",
      { principal: SNS, on: [grant({ Principal: { Service: "sns.amazonaws.com" } })] },
    ],
  ])("is allowed if %s", (_, request) => {
    expect(refusal({ ...use, ...request })).toBeUndefined();
  });

  const noResource = /because no resource-based policy allows the kms:Decrypt action$/;
  it.each<[string, Case, RegExp]>([
    ["the role's policy alone allows it", { identity: [grant()] }, noResource],
    [
      "the key's policy leaves another action to the account",
      { identity: [grant()], on: [{ ...toAccount, Action: "kms:Encrypt" }] },
      noResource,
    ],
    [
      "the key's policy leaves it to another account",
      { identity: [grant()], on: [grant({ Principal: { AWS: OTHER_ACCOUNT } })] },
      noResource,
    ],
    [
      "the role's policy does not allow it",
      { on: [toAccount] },
      /because no identity-based policy allows the kms:Decrypt/,
    ],
    [
      "the key's policy denies it",
      { identity: [grant()], on: [toAccount, grant({ Effect: "Deny", Principal: "*" })] },
      /explicit deny in a resource/,
    ],
    ["the key has no policy for its owner", { principal: OWNER }, noResource],
    ["the key's policy leaves it to the service's account", { principal: SNS, on: [toAccount] }, noResource],
  ])("is refused if %s", (_, request, reason) => {
    expect(refusal({ ...use, ...request })).toMatch(reason);
  });
});

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { AccessDecision } from "../../infra/local/iam/access-control.ts";
import { type AccessRequest, refusalOf } from "../../infra/local/iam/evaluate.ts";
import { readPolicy } from "../../infra/local/iam/policy.ts";
import type { Principal } from "../../infra/local/iam/principal.ts";
import type { StackConfig } from "../support/stack-config.ts";
import { deployedRoles, policyOn, resourcePolicies, type WorkerRole, workerRoles } from "./local/deployed-policies.ts";
import { exerciseStack } from "./local/exercised-stack.ts";
import { unneededGrants, unusedServiceGrants } from "./local/grants.ts";
import { simulate } from "./local/iam/simulate.ts";
import { forOthers, type NearMiss, nearMissesOfWorker, withoutTls } from "./local/near-misses.ts";
import type { ObservedStack } from "./local/observed-stack.ts";

/** Stacks that differ in their permissions, by what they set. */
const STACKS: Readonly<Record<string, StackConfig>> = {
  "a stack that sets nothing": {},
  "a stack with a key": { encryption: "kms" },
  "a stack of one bucket, told by EventBridge, whose outputs have tags": {
    ingest: "eventbridge",
    buckets: { layout: "one" },
    workers: { thumbnail: { outputTags: { kind: "preview" } } },
  },
};

describe.each(Object.entries(STACKS))("the policies of %s", (_, config) => {
  let observed: ObservedStack;
  beforeAll(async () => {
    observed = await exerciseStack(config);
  });
  afterAll(() => observed?.[Symbol.asyncDispose]());

  it("let through what it did, as a second evaluator agrees", async () => {
    const calls = allowedCalls(observed);

    const others = await verdicts(observed, calls);

    expect(new Set(calls.map(({ action }) => action.split(":")[0]))).toEqual(
      new Set(["logs", "s3", "sns", "sqs", ...(config.encryption === "kms" ? ["kms"] : [])]),
    );
    expect(others.filter(({ here, simulated }) => !here || !simulated)).toEqual([]);
  });

  it("allow roles nothing that they did not need", () => {
    const unneeded = deployedRoles(observed.stack).map(({ name, role, policy }) => {
      const calls = allowedCalls(observed).filter(({ principal }) => roleOf(principal) === role);
      return [name, unneededGrants(policy, calls)];
    });

    expect(Object.fromEntries(unneeded)).toEqual(Object.fromEntries(unneeded.map(([name]) => [name, []])));
    expect(unneeded.length).toBeGreaterThanOrEqual(observed.stack.workers.length);
  });

  it("allow services nothing that they did not do", () => {
    const documents = [...resourcePolicies(observed.stack).values()];

    const unused = documents.flatMap((document) => unusedServiceGrants(document, allowedCalls(observed)));

    expect(unused).toEqual([]);
  });

  it("leave each worker's function and mapping to its own role", () => {
    const { workers } = observed.stack;
    const principals = new Set(allowedCalls(observed).map(({ principal }) => principal));

    const sessions = [...principals].filter((name) => name.includes(":assumed-role/")).map((name) => name.split("/"));

    const roleNames = new Map(workerRoles(observed.stack).map(({ name, role }) => [name, role]));
    expect(sessions.map(([, role, session]) => [session, role]).sort()).toEqual(
      workers.map(({ name, functionName }) => [functionName, roleNames.get(name)]).sort(),
    );
  });

  it("refuse what is close to what it did, as a second evaluator agrees", async () => {
    const misses = nearMisses(observed);

    const others = await verdicts(observed, misses);

    expect(misses.length).toBeGreaterThan(100);
    expect(others.filter(({ here, simulated }) => here || simulated)).toEqual([]);
  });

  it("keep workers from writing uploads even if something else lets them write everything", async () => {
    const everything = { Sid: "Everything", Effect: "Allow", Action: "s3:*", Resource: "*" };
    const writes = workerRoles(observed.stack).flatMap(({ role, policy, allUploads }) =>
      ["s3:PutObject", "s3:DeleteObject", "s3:DeleteObjectTagging"].map((action) => ({
        ...{ action, resource: `${allUploads}photo.png`, context: { "aws:SecureTransport": "true" } as const },
        principal: `arn:aws:sts::000000000000:assumed-role/${role}/function`,
        policy: JSON.stringify({ Version: "2012-10-17", Statement: [everything, ...JSON.parse(policy).Statement] }),
      })),
    );

    const others = await Promise.all(writes.map(({ policy, ...request }) => verdict(observed, request, policy)));

    expect(others.filter(({ here, simulated }) => here || simulated)).toEqual([]);
    expect(others).toHaveLength(3 * observed.stack.workers.length);
  });
});

interface Verdict {
  readonly request: string;
  readonly here: boolean;
  readonly simulated: boolean;
}

/** What both evaluators say of requests, under the policies that are deployed. */
async function verdicts(observed: ObservedStack, requests: readonly NearMiss[]): Promise<Verdict[]> {
  const policies = new Map(deployedRoles(observed.stack).map(({ role, policy }) => [role, policy]));
  return Promise.all(
    distinct(requests).map((request) => verdict(observed, request, policies.get(roleOf(request.principal) ?? ""))),
  );
}

async function verdict(observed: ObservedStack, { principal, ...request }: NearMiss, identityPolicy?: string) {
  const resourcePolicy = policyOn(resourcePolicies(observed.stack), request.resource);
  const refusal = refusalOf(principalOf(principal), request, {
    identity: identityPolicy === undefined ? [] : [readPolicy("identity", identityPolicy)],
    resource: resourcePolicy === undefined ? undefined : readPolicy("resource", resourcePolicy),
  });
  return {
    request: describeRequest(principal, request),
    here: refusal === undefined,
    simulated: await simulate({ principal, request, identityPolicy, resourcePolicy }),
  };
}

/** What roles and services were allowed, but for what a test's own queue was sent. */
function allowedCalls({ stack }: ObservedStack): AccessDecision[] {
  return stack.machine.calls.filter(
    ({ principal, refusal, resource }) =>
      refusal === undefined && !principal.endsWith(":root") && !resource.endsWith(":watched-results"),
  );
}

function nearMisses(observed: ObservedStack): NearMiss[] {
  const calls = distinct(allowedCalls(observed));
  const workers = workerRoles(observed.stack);
  const ofWorkers = workers.flatMap((worker, index) => {
    const other: WorkerRole = workers[(index + 1) % workers.length] ?? worker;
    const own = calls.filter(({ principal }) => roleOf(principal) === worker.role);
    return nearMissesOfWorker(worker, other, own);
  });
  const ofServices = forOthers(calls.filter(({ principal }) => principal.endsWith(".amazonaws.com")));
  const policies = resourcePolicies(observed.stack);
  // An existing bucket's policy is its owner's.
  const ofThisStack = calls.filter(({ resource }) => policyOn(policies, resource) !== undefined);
  return [...ofWorkers, ...ofServices, ...withoutTls(ofThisStack)];
}

function distinct<Request extends NearMiss>(requests: readonly Request[]): Request[] {
  return [...new Map(requests.map((request) => [describeRequest(request.principal, request), request])).values()];
}

function describeRequest(principal: string, { action, resource, context }: AccessRequest): string {
  return `${principal} ${action} ${resource} ${JSON.stringify(context)}`;
}

function roleOf(principal: string): string | undefined {
  return /:assumed-role\/([^/]+)\//.exec(principal)?.[1];
}

function principalOf(name: string): Principal {
  const role = roleOf(name);
  if (role === undefined) return { kind: "service", name };
  return { kind: "role", roleArn: `arn:aws:iam::000000000000:role/${role}`, sessionName: name.split("/").at(-1) ?? "" };
}

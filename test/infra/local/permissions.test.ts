import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bucketPolicy } from "../../../infra/policies.ts";
import { unneededGrants } from "./grants.ts";
import { type ObservedStack, observeStack } from "./observed-stack.ts";

const PROVOKED = "with an explicit deny in a resource-based policy";

let observed: ObservedStack;

/** Everything that can become of an upload: outputs, a dead letter, a retry, a removal. */
beforeAll(async () => {
  observed = await observeStack(({ refusal = "" }) => {
    if (!refusal.endsWith(PROVOKED)) throw new Error(`AccessDenied: ${refusal}`);
  });
  await observed.upload("photo.png", "png");
  expect(await observed.ends("photo.png")).toEqual(everyWorker("done"));
  await observed.upload("broken.jpg", "jpeg-truncated");
  expect(await observed.ends("broken.jpg")).toEqual(everyWorker("failed"));
  await retry("again.png");
  expect(await observed.ends("again.png")).toEqual(everyWorker("done"));
  await observed.remove("photo.png");
  expect(await observed.ends("photo.png")).toEqual(everyWorker("removed"));
  // These come after a result.
  for (const { functionName } of observed.stack.workers) {
    for (const last of ["sqs:DeleteMessage", "logs:PutLogEvents"]) {
      await observed.call(({ action, principal }) => action === last && principal.endsWith(`/${functionName}`));
    }
  }
});
afterAll(() => observed[Symbol.asyncDispose]());

function everyWorker(end: string): string[] {
  return observed.stack.workers.map(() => end);
}

/** Keeps every worker from writing its outputs at first. */
async function retry(key: string): Promise<void> {
  const { machine, outputsBucket, workers } = observed.stack;
  const arn = `arn:aws:s3:::${outputsBucket}`;
  const deny = { Effect: "Deny", Principal: "*", Action: "s3:PutObject", Resource: `${arn}/*` };
  machine.access.putResourcePolicy(arn, JSON.stringify({ Statement: deny }));
  await observed.upload(key, "png");
  for (const { name } of workers)
    await observed.denial(({ resource }) => resource.startsWith(`${arn}/${name}/${key}/`));
  machine.access.putResourcePolicy(arn, bucketPolicy(arn));
}

/** Each worker's policy, and what its function and mapping were allowed to do. */
function permissions() {
  const { machine, deployment, workers } = observed.stack;
  return workers.map(({ name, functionName }) => {
    const policy = deployment.registrations.find(
      (registration) => registration.type === "aws:iam/rolePolicy:RolePolicy" && registration.name === name,
    );
    const calls = machine.calls.filter(
      ({ principal, refusal }) => principal.endsWith(`/${functionName}`) && refusal === undefined,
    );
    return { name, document: String(policy?.inputs.policy), calls };
  });
}

describe("the workers' policies", () => {
  it("let each worker do its work, and allow it nothing that it does not need", () => {
    const unneeded = permissions().map(({ name, document, calls }) => [name, unneededGrants(document, calls)]);

    expect(Object.fromEntries(unneeded)).toEqual({ pixelate: [], resize: [], rotate: [], thumbnail: [] });
  });

  it.each<[string, object, string[]]>([
    ["another action", { Action: "s3:GetObjectTagging", Resource: "arn:aws:s3:::*" }, ["Added s3:GetObjectTagging"]],
    ["all actions", { Action: "s3:*", Resource: "*" }, ["Added s3:*"]],
    [
      "what another grant is about",
      { Action: ["sns:Publish"], Resource: "*" },
      ["PublishResults sns:Publish", "Added sns:Publish"],
    ],
  ])("would show a grant of %s as one that nobody needs", (_, added, unneeded) => {
    const [{ document, calls } = { document: "", calls: [] }] = permissions();
    const policy = JSON.parse(document);
    const wider = { ...policy, Statement: [...policy.Statement, { Sid: "Added", Effect: "Allow", ...added }] };

    expect(unneededGrants(JSON.stringify(wider), calls)).toEqual(unneeded);
  });

  it("leave each worker's function and mapping to its own role", () => {
    const { machine, workers } = observed.stack;

    const roles = new Set(machine.calls.map(({ principal }) => principal).filter((name) => name.includes(":sts:")));

    expect([...roles].map((role) => role.split("/").at(-1)).sort()).toEqual(
      workers.map(({ functionName }) => functionName).sort(),
    );
  });
});

import { describe, expect, it } from "vitest";
import { AccessControl } from "../../../../infra/local/iam/access-control.ts";
import { credentialVariables } from "../../../../infra/local/iam/credentials.ts";
import { ACCOUNT } from "./policy-samples.ts";

const session = (role: string, sessionName: string) => ({
  roleArn: `arn:aws:iam::${ACCOUNT}:role/${role}`,
  sessionName,
});

describe("a function's credentials", () => {
  const access = new AccessControl({ accountId: ACCOUNT });
  const credentials = access.takeRole(session("worker", "thumbnail"));

  it("have the shape of STS's", () => {
    expect(credentialVariables(credentials)).toEqual({
      AWS_ACCESS_KEY_ID: expect.stringMatching(/^ASIA[A-Z2-7]{16}$/),
      AWS_SECRET_ACCESS_KEY: expect.stringMatching(/^[\w+/]{40}$/),
      AWS_SESSION_TOKEN: expect.stringMatching(/^[\w+/=]{80,}$/),
    });
  });

  it("are the same for the same role and function, and others for any other", () => {
    const others = [session("worker", "resize"), session("worker2", "thumbnail")].map((other) =>
      access.takeRole(other),
    );

    expect(access.takeRole(session("worker", "thumbnail"))).toEqual(credentials);
    expect(new Set([credentials, ...others].map(({ accessKeyId }) => accessKeyId)).size).toBe(3);
  });

  it("tell who calls; any others are the owner's", () => {
    const callers = [credentials.accessKeyId, "AKIAIOSFODNN7EXAMPLE", undefined].map((key) => access.callerOf(key));

    expect(callers).toEqual([
      { kind: "role", ...session("worker", "thumbnail") },
      { kind: "owner", accountId: ACCOUNT },
      { kind: "anonymous" },
    ]);
  });
});

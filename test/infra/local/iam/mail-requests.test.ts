import { SESv2Client, SendEmailCommand } from "@aws-sdk/client-sesv2";
import { describe, expect, it, onTestFinished } from "vitest";
import { allow, failureOf, type GuardedCloud, refused, SESSION_OF_ROLE, startGuardedCloud } from "./guarded-cloud.ts";
import { arn } from "./policy-samples.ts";

const FROM = "images@example.com";
const TO = "ops@example.org";
const identity = (name: string) => arn("ses", `identity/${name}`);
const from = (address: string) => ({ StringEquals: { "ses:FromAddress": address } });

/** Sends a mail in a role with these statements. */
async function send(cloud: GuardedCloud, ...statements: readonly object[]) {
  cloud.asRole(...statements);
  const { endpoint, region } = cloud.emulator;
  const client = new SESv2Client({ endpoint, region, credentials: cloud.access.takeRole(SESSION_OF_ROLE) });
  onTestFinished(() => client.destroy());
  return client.send(
    new SendEmailCommand({
      FromEmailAddress: FROM,
      Destination: { BccAddresses: [TO] },
      Content: { Simple: { Subject: { Data: "Hello" }, Body: { Text: { Data: "Hello." } } } },
    }),
  );
}

describe("a request to SES", () => {
  it("is allowed to who may send from the sender's and to the recipient's identity", async () => {
    await using cloud = await startGuardedCloud();

    await send(cloud, allow("ses:SendEmail", [identity(FROM), identity(TO)], from(FROM)));

    expect(cloud.decisions.map(({ action, resource, context }) => [action, resource, context])).toEqual(
      [FROM, TO].map((address) => [
        "ses:SendEmail",
        identity(address),
        { "aws:SecureTransport": "true", "ses:FromAddress": FROM },
      ]),
    );
  });

  it.each([
    ["may send nothing", [], FROM],
    ["may send from another identity", [allow("ses:SendEmail", identity("other@example.com"))], FROM],
    ["may send to nobody, as in SES's sandbox", [allow("ses:SendEmail", identity(FROM))], TO],
    ["may send from another address", [allow("ses:SendEmail", "*", from("other@example.com"))], FROM],
  ])("is refused, with SES's answer, to who %s", async (_, statements, missing) => {
    await using cloud = await startGuardedCloud();

    const failure = await failureOf(send(cloud, ...statements));

    expect(failure).toEqual({
      status: 403,
      name: "AccessDeniedException",
      message: refused("ses:SendEmail", identity(missing)),
    });
  });

  it("is refused to who does not say who it is", async () => {
    await using cloud = await startGuardedCloud();

    const response = await fetch(`${cloud.emulator.endpoint}/v2/email/outbound-emails`, {
      method: "POST",
      body: JSON.stringify({
        FromEmailAddress: FROM,
        Destination: { ToAddresses: [TO] },
        Content: { Simple: { Subject: { Data: "Hello" }, Body: { Text: { Data: "Hello." } } } },
      }),
    });

    expect(response.status).toBe(403);
  });
});

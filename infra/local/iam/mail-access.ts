import type { OutgoingMail } from "../emulator/mail-box.ts";
import { recipientsOf } from "../emulator/mail-request.ts";
import type { AccessRequest } from "./evaluate.ts";
import { SECURE } from "./service-request.ts";

/**
 * What sending a mail needs: the permission on the sender's identity, and on those of all recipients, as an account in SES's
 * sandbox does. Every address counts as verified by itself, so that its identity decides and not its domain's.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsimpleemailservicev2.html
 */
export function mailAccessOf(
  mail: OutgoingMail,
  { region, accountId }: { readonly region: string; readonly accountId: string },
): AccessRequest[] {
  const context = { ...SECURE, "ses:FromAddress": mail.from };
  return [mail.from, ...recipientsOf(mail)].map((address) => ({
    action: "ses:SendEmail",
    resource: `arn:aws:ses:${region}:${accountId}:identity/${address}`,
    context,
  }));
}

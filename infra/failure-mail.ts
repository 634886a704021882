import * as pulumi from "@pulumi/pulumi";
import type { StackSettings } from "./config.ts";
import type { FunctionCode } from "./function-code.ts";
import { checkAddresses } from "./mail-address.ts";
import { subscribeAddresses } from "./mail-subscriptions.ts";
import { Notifier } from "./notifier.ts";

/** Who mails failures: nobody, SNS each one as it is, or SES many at once in words. */
export const MAIL_SERVICES = ["none", "sns", "ses"] as const;

/** What a stack says about mail on failures. */
export interface FailureMailSettings {
  readonly by: (typeof MAIL_SERVICES)[number];
  /** The addresses that it goes to. */
  readonly to: readonly string[];
  /** The address that SES sends it from, whose own or whose domain's identity is verified. Empty for the others. */
  readonly from: string;
  /** How long SES's mail waits for more failures, 0 to 300 seconds. */
  readonly windowSeconds: number;
}

export interface FailureMailArgs extends FailureMailSettings {
  readonly results: { readonly topicArn: pulumi.Input<string> };
  readonly stack: Pick<StackSettings, "architecture" | "logRetentionDays">;
  /** The notifier's, without which there is no mail by SES. */
  readonly code?: FunctionCode | undefined;
}

/** Of one mail, by SES (https://docs.aws.amazon.com/ses/latest/dg/quotas.html). */
const MAX_RECIPIENTS = 50;

/** Of a result's message attributes. */
const FAILED = { status: ["failed"] };

/** Mail to people about uploads that failed. */
export class FailureMail extends pulumi.ComponentResource {
  /** There is one if SES sends the mail. */
  readonly notifier: Notifier | undefined;

  constructor(name: string, args: FailureMailArgs, options?: pulumi.ComponentResourceOptions) {
    checkSettings(args);
    super("image-machine:infra:FailureMail", name, {}, options);
    const child = { parent: this };
    const { by, to, results } = args;

    if (by === "sns")
      subscribeAddresses(name, { topicArn: results.topicArn, addresses: to, filterPolicy: FAILED }, child);
    this.notifier = by === "ses" ? new Notifier(name, { ...args, filterPolicy: FAILED }, child) : undefined;

    this.registerOutputs({});
  }
}

/** Throws a `RunError` for settings that no mail could come from. */
function checkSettings({ by, to, from }: FailureMailSettings): void {
  if (by === "none") return;
  if (to.length === 0)
    throw new pulumi.RunError(`Expected addresses for failureMail.to if mail is sent by ${by}, received none.`);
  checkAddresses("failureMail.to", to);
  if (by === "sns") return;
  checkAddresses("failureMail.from", [from]);
  if (to.length > MAX_RECIPIENTS)
    throw new pulumi.RunError(
      `Expected at most ${MAX_RECIPIENTS} addresses for failureMail.to, which is what SES takes, received ${to.length}.`,
    );
}

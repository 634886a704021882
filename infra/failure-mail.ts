import * as pulumi from "@pulumi/pulumi";
import type { FailureMailSettings, StackSettings } from "./config/stack-settings.ts";
import type { EncryptionSettings } from "./encryption.ts";
import { Notifier } from "./failure-mail/notifier.ts";
import type { FunctionCode } from "./function-code.ts";
import { subscribeAddresses } from "./mail-subscriptions.ts";

export interface FailureMailArgs extends FailureMailSettings {
  readonly results: { readonly topicArn: pulumi.Input<string> };
  readonly stack: Pick<StackSettings, "architecture" | "logRetentionDays">;
  /** The notifier's, without which there is no mail by SES. */
  readonly code?: FunctionCode | undefined;
  /** Default: as AWS encrypts without a key of the stack. */
  readonly encryption?: EncryptionSettings;
}

/** Of a result's message attributes. */
const FAILED = { status: ["failed"] };

/** Mail to people about uploads that failed. */
export class FailureMail extends pulumi.ComponentResource {
  /** There is one if SES sends the mail. */
  readonly notifier: Notifier | undefined;

  constructor(name: string, args: FailureMailArgs, options?: pulumi.ComponentResourceOptions) {
    super("image-machine:infra:FailureMail", name, {}, options);
    const child = { parent: this };
    const { by, to, results } = args;

    if (by === "sns")
      subscribeAddresses(name, { topicArn: results.topicArn, addresses: to, filterPolicy: FAILED }, child);
    this.notifier = by === "ses" ? new Notifier(name, { ...args, filterPolicy: FAILED }, child) : undefined;

    this.registerOutputs({});
  }
}

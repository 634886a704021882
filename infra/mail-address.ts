import * as pulumi from "@pulumi/pulumi";

/** Without what policies read as a wildcard or a variable, and without a display name. */
const MAIL_ADDRESS = /^[\w.+%-]+@[a-z0-9-]+(\.[a-z0-9-]+)+$/i;

/** Throws a `RunError` that names the setting and the first of its values that is no plain e-mail address. */
export function checkAddresses(setting: string, addresses: readonly string[]): void {
  const wrong = addresses.find((address) => !MAIL_ADDRESS.test(address));
  if (wrong !== undefined)
    throw new pulumi.RunError(
      `Expected e-mail addresses like ops@example.com for ${setting}, received ${wrong || "none"}.`,
    );
  const repeated = addresses.find((address, index) => addresses.indexOf(address) !== index);
  if (repeated !== undefined)
    throw new pulumi.RunError(`Expected each address once for ${setting}, received ${repeated} twice.`);
}

/**
 * What may be verified so that mail from or to an address is let through: the address, its domain, and the domains above
 * (https://docs.aws.amazon.com/ses/latest/dg/creating-identities.html).
 */
export function mailIdentities(address: string): string[] {
  const labels = address.slice(address.lastIndexOf("@") + 1).split(".");
  const domains = labels.slice(0, -1).map((_, index) => labels.slice(index).join("."));
  return [address, ...domains];
}

/**
 * What may be verified so that mail from or to an address is let through: the address, its domain, and the domains above
 * (https://docs.aws.amazon.com/ses/latest/dg/creating-identities.html).
 */
export function mailIdentities(address: string): string[] {
  const labels = address.slice(address.lastIndexOf("@") + 1).split(".");
  const domains = labels.slice(0, -1).map((_, index) => labels.slice(index).join("."));
  return [address, ...domains];
}

import * as pulumi from "@pulumi/pulumi";

/** Under which workers' functions write metrics of their own: each stack's apart, since workers of two may have one name. */
export function metricsNamespace(): string {
  return `ImageMachine/${pulumi.getStack()}`;
}

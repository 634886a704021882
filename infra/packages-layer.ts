import { existsSync } from "node:fs";
import { resolve } from "node:path";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { ENGINE_VARIABLE, type Layer } from "./layer.ts";
import { archivePath, PROJECT_ROOT } from "./project-root.ts";

/** The native packages of all functions. */
export class PackagesLayer extends pulumi.ComponentResource {
  /** With its version. */
  readonly arn: pulumi.Output<string>;

  constructor(name: string, layer: Layer, options?: pulumi.ComponentResourceOptions) {
    super("image-machine:infra:PackagesLayer", name, {}, options);

    const version = new aws.lambda.LayerVersion(
      name,
      {
        layerName: `${pulumi.getProject()}-${pulumi.getStack()}-${name}`,
        description: "Native packages that the bundles of functions leave out.",
        code: layerArchive(layer),
        compatibleArchitectures: [layer.architecture],
        compatibleRuntimes: [aws.lambda.Runtime.NodeJS24dX],
      },
      { parent: this },
    );

    this.arn = version.arn;
    this.registerOutputs({ arn: this.arn });
  }
}

/** The layer's files. Throws a `RunError` that names the command which makes them. */
export function layerArchive({ architecture, path }: Layer): pulumi.asset.Archive {
  if (process.env[ENGINE_VARIABLE] !== "local" && !existsSync(resolve(PROJECT_ROOT, path))) {
    throw new pulumi.RunError(
      `Expected the native packages for ${architecture} in ${path}, found none. Make them with: npm run layer -- --architecture ${architecture}`,
    );
  }
  return new pulumi.asset.FileArchive(archivePath(path));
}

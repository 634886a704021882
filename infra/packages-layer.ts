import { resolve } from "node:path";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { CodeFiles } from "./code-files.ts";
import { codeProblem } from "./lambda-limits.ts";
import { ENGINE_VARIABLE, type Layer } from "./layer.ts";
import { archivePath, PROJECT_ROOT } from "./project-root.ts";

/** The native packages of all functions. */
export class PackagesLayer extends pulumi.ComponentResource {
  /** With its version. */
  readonly arn: pulumi.Output<string>;
  /** Of its files; `undefined` if they are not made, as an engine on this machine lets them be. */
  readonly bytes: number | undefined;
  /** The version of sharp, as the project's lock file has it. */
  readonly sharp: string;

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
    this.bytes = layerFiles(layer)?.bytes;
    this.sharp = sharpVersion(layer);
    this.registerOutputs({ arn: this.arn });
  }
}

/** The layer's files. Throws a `RunError` that names the command which makes them, or the limit that they exceed. */
export function layerArchive(layer: Layer): pulumi.asset.Archive {
  const { architecture, path } = layer;
  const files = layerFiles(layer);
  if (!files && process.env[ENGINE_VARIABLE] !== "local") {
    throw new pulumi.RunError(
      `Expected the native packages for ${architecture} in ${path}, found none. Make them with: npm run layer -- --architecture ${architecture}`,
    );
  }
  const problem = files && codeProblem(`the layer in ${path}`, files);
  if (problem) throw new pulumi.RunError(problem);
  return new pulumi.asset.FileArchive(archivePath(path));
}

/** Exactly what sharp says of itself in a function: the layer is installed as the lock file says. */
function sharpVersion({ lock }: Layer): string {
  const { version } = lock.packages["node_modules/sharp"] ?? {};
  if (!version) throw new pulumi.RunError("Expected a version of sharp in package-lock.json, found none.");
  return version;
}

function layerFiles({ path }: Layer): CodeFiles | undefined {
  return CodeFiles.at(resolve(PROJECT_ROOT, path));
}

import { mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Layer } from "../../infra/layer.ts";
import { layerArchive, PackagesLayer } from "../../infra/packages-layer.ts";
import { find, labels, register } from "../support/pulumi-mocks.ts";

const LAYER: Layer = {
  architecture: "arm64",
  lock: { name: "layer", lockfileVersion: 3, packages: { "node_modules/sharp": { version: "0.0.1" } } },
  path: ".image-machine/layers/arm64-not-made",
};

describe("the layer of native packages", () => {
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  it("is one version for the functions' platform", async () => {
    vi.stubEnv("IMAGE_MACHINE_ENGINE", "local");

    const resources = await register(() => new PackagesLayer("packages", LAYER));

    expect(labels(resources)).toEqual([
      "aws:lambda/layerVersion:LayerVersion packages",
      "image-machine:infra:PackagesLayer packages",
    ]);
    expect(find(resources, "aws:lambda/layerVersion:LayerVersion", "packages").inputs).toEqual({
      layerName: "image-machine-test-packages",
      description: "Native packages that the bundles of functions leave out.",
      code: { path: LAYER.path },
      compatibleArchitectures: ["arm64"],
      compatibleRuntimes: ["nodejs24.x"],
    });
  });

  it("need not be made for an engine on this machine", async () => {
    vi.stubEnv("IMAGE_MACHINE_ENGINE", "local");

    expect(await pathOf(layerArchive(LAYER))).toBe(LAYER.path);
  });

  it("fails with the command that makes it if it was not made for AWS", () => {
    vi.stubEnv("IMAGE_MACHINE_ENGINE", undefined);

    expect(() => layerArchive(LAYER)).toThrow(
      "Expected the native packages for arm64 in .image-machine/layers/arm64-not-made, found none. Make them with: npm run layer -- --architecture arm64",
    );
  });

  it("fails with Lambda's limit if it is larger", async () => {
    const made = await mkdtemp(join(tmpdir(), "layer-"));
    await writeFile(join(made, "large.node"), "");
    // Without any bytes on disk.
    await truncate(join(made, "large.node"), 262_144_001);

    expect(() => layerArchive({ ...LAYER, path: made })).toThrow(
      /to have at most 262144000 bytes, which is what Lambda takes, received 262144001\.$/,
    );
    await rm(made, { recursive: true });
  });

  it("knows its bytes once it is made", async () => {
    const made = await mkdtemp(join(tmpdir(), "layer-"));
    await writeFile(join(made, "small.node"), "Seven.\n");
    let bytes: number | undefined;

    await register(() => {
      bytes = new PackagesLayer("packages", { ...LAYER, path: made }).bytes;
    });
    await rm(made, { recursive: true });

    expect(bytes).toBe(7);
  });

  it("is what was made for AWS", async () => {
    vi.stubEnv("IMAGE_MACHINE_ENGINE", undefined);
    const made = await mkdtemp(join(tmpdir(), "layer-"));

    const archive = layerArchive({ ...LAYER, path: made });
    await rm(made, { recursive: true });

    expect(resolve(await pathOf(archive))).toBe(made);
  });
});

async function pathOf(archive: pulumi.asset.Archive): Promise<string> {
  if (!(archive instanceof pulumi.asset.FileArchive)) throw new TypeError("Expected an archive of files.");
  return archive.path;
}

import { describe, expect, it } from "vitest";
import type { PlannedResource } from "../../../infra/local/plan.ts";
import { planSizes } from "../../../infra/local/plan-sizes.ts";

const MIB = 1024 * 1024;

function resource(type: string, name: string, mebibytes: number | null, dependsOn: string[] = []): PlannedResource {
  const bytes = mebibytes === null ? null : mebibytes * MIB;
  const code = { path: name, sha256: "00", bytes, zippedBytes: bytes === null ? null : bytes / 2 };
  return { type, name, parent: null, dependsOn, inputs: { code, compatibleArchitectures: ["arm64"] } };
}

const layer = (name: string, mebibytes: number | null) =>
  resource("aws:lambda/layerVersion:LayerVersion", name, mebibytes);
const lambda = (name: string, mebibytes: number, ...layers: string[]) =>
  resource("aws:lambda/function:Function", name, mebibytes, [
    "aws:iam/role:Role::role",
    ...layers.map((used) => `aws:lambda/layerVersion:LayerVersion::${used}`),
  ]);

describe("the sizes of a plan", () => {
  it("are those of layers and functions, each function with the layers that it has", () => {
    const resources = [
      lambda("resize", 1, "packages", "fonts"),
      lambda("mail", 0.5),
      layer("packages", 18),
      layer("fonts", 3),
    ];

    expect(planSizes(resources)).toEqual([
      "code              unzipped   zipped, about  with its layers",
      "packages (layer)  18.0 MiB   9.0 MiB",
      "fonts (layer)     3.0 MiB    1.5 MiB",
      "resize            1.0 MiB    0.5 MiB        22.0 MiB",
      "mail              0.5 MiB    0.3 MiB        0.5 MiB",
      "Lambda takes      250.0 MiB  50.0 MiB       250.0 MiB, 5 layers",
    ]);
  });

  it("say which layer is not built, and what builds it", () => {
    expect(planSizes([lambda("resize", 1, "packages"), layer("packages", null)])).toEqual([
      "code              unzipped   zipped, about  with its layers",
      "packages (layer)  not built  not built",
      "resize            1.0 MiB    0.5 MiB        1.0 MiB and packages",
      "Lambda takes      250.0 MiB  50.0 MiB       250.0 MiB, 5 layers",
      "The layer packages is not built: npm run layer -- --architecture arm64",
    ]);
  });
});

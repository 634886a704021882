import { describe, expect, it } from "vitest";
import { Archive } from "../../../infra/local/engine/property-values.ts";
import { transformOf } from "../../../infra/local/redeploy/function-resource.ts";

const lambda = (variables?: Record<string, string>) => {
  const inputs = { code: new Archive("/code"), ...(variables && { environment: { variables } }) };
  const registration = {
    urn: "urn",
    type: "aws:lambda/function:Function",
    name: "avatars",
    parent: undefined,
    dependsOn: [],
    inputs,
    shownInputs: inputs,
    custom: true,
  };
  return { registration, outputs: { name: "image-machine-dev-avatars" } };
};

describe("transformOf", () => {
  it("is what the worker was told to run, whatever its own name", () => {
    const settings = JSON.stringify({ worker: "avatars", transform: "thumbnail" });

    expect(transformOf(lambda({ WORKER_SETTINGS: settings }))).toBe("thumbnail");
  });

  it("is unknown of a function that is no worker's", () => {
    expect(transformOf(lambda())).toBeUndefined();
    expect(transformOf(lambda({ OTHER: "{}" }))).toBeUndefined();
  });
});

import { describe, expect, it } from "vitest";
import { stateFolder } from "../../infra/machine-address.ts";
import { checkStackName } from "../../infra/stack-name.ts";

describe("a stack's name", () => {
  it.each(["dev", "prod-2", "a.b_c", "_x"])("may be %s", (stack) => {
    expect(() => checkStackName(stack)).not.toThrow();
  });

  it.each(["", "..", ".hidden", "../../escaped", "a/b", "a\\b", "a b", "-x"])("may not be %s", (stack) => {
    const message = `Expected a stack's name of letters, digits, hyphens, underscores and periods, received ${stack}.`;

    expect(() => checkStackName(stack)).toThrow(message);
    expect(() => stateFolder("/project", stack)).toThrow(message);
  });
});

import { onTestFinished } from "vitest";
import { createFunction, type FunctionSettings, type LocalFunction } from "../../../infra/local/function-host.ts";

/** Settings of a small function, those given aside. */
export function functionSettings(settings: Partial<FunctionSettings>): FunctionSettings {
  return {
    name: "lambda",
    handler: "index.handler",
    codeFolder: "",
    layerFolders: [],
    environment: {},
    timeoutSeconds: 30,
    memoryMb: 256,
    concurrency: 1,
    region: "eu-west-1",
    accountId: "123456789012",
    ...settings,
  };
}

/** A function that is closed when the test is over. */
export function startFunction(settings: Partial<FunctionSettings>): LocalFunction {
  const local = createFunction(functionSettings(settings));
  onTestFinished(() => local.close());
  return local;
}

import { vi } from "vitest";
import type { WorkerSettings } from "../../runtime/settings.ts";
import { lambdaVariables } from "./lambda-variables.ts";

/** Gives this process the environment of a worker's function, until `vi.unstubAllEnvs()`. */
export function stubLambdaEnvironment(settings: WorkerSettings): void {
  for (const [name, value] of Object.entries(lambdaVariables(settings))) vi.stubEnv(name, value);
}

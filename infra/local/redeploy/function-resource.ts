import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { WORKER_SETTINGS } from "../../../runtime/settings.ts";
import type { Archive } from "../engine/property-values.ts";
import type { Deployed } from "../resource-type.ts";
import { RESOURCE_TYPES } from "../resource-types.ts";

export const FUNCTION_TYPE = "aws:lambda/function:Function";

interface FunctionInputs {
  readonly code: Archive;
  readonly environment?: { readonly variables?: Readonly<Record<string, string>> };
}

/** What a resource's type makes it from: the program's inputs, with the physical name. */
export function inputsOf({ registration: { type, inputs }, outputs }: Deployed): never {
  const name = RESOURCE_TYPES[type]?.name;
  return (name ? { ...inputs, [name.input]: outputs.name } : inputs) as never;
}

/** Whether two registrations of a resource are the same; the code is not looked into. */
export function hasSameInputs(one: Deployed, other: Deployed): boolean {
  return isDeepStrictEqual(one.registration.inputs, other.registration.inputs);
}

/** Of the names and bytes of a function's files, as they are on disk now. */
export function codeDigest(resource: Deployed): string {
  const { path } = functionInputs(resource).code;
  const hash = createHash("sha256");
  for (const name of readdirSync(path).sort()) hash.update(name).update(readFileSync(join(path, name)));
  return hash.digest("hex");
}

/** A function with other code, and the options of its worker as a stack gives them: its code reads them with its own schema. */
export function withCode(resource: Deployed, { code, options }: { code: Archive; options: unknown }): Deployed {
  const { environment } = functionInputs(resource);
  const { [WORKER_SETTINGS]: settings = "{}", ...variables } = environment?.variables ?? {};
  const inputs = {
    ...resource.registration.inputs,
    code,
    environment: {
      ...environment,
      variables: { ...variables, [WORKER_SETTINGS]: JSON.stringify({ ...JSON.parse(settings), options }) },
    },
  };
  return { ...resource, registration: { ...resource.registration, inputs } };
}

/** The name of the transform that a worker's function runs; `undefined` if it is no worker's. */
export function transformOf(resource: Deployed): string | undefined {
  const { [WORKER_SETTINGS]: settings = "{}" } = functionInputs(resource).environment?.variables ?? {};
  return JSON.parse(settings).transform;
}

function functionInputs({ registration }: Deployed): FunctionInputs {
  return registration.inputs as unknown as FunctionInputs;
}

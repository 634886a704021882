import { existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";

export type LambdaHandler = (event: unknown, context: unknown) => unknown;

/** In the order in which Lambda looks for them. */
const EXTENSIONS = ["", ".js", ".mjs", ".cjs"];

/** The function that `index.handler` names in a folder; throws what Lambda reports when it cannot be loaded. */
export async function loadHandler(taskFolder: string, name: string): Promise<LambdaHandler> {
  const [, module, path] = /^([^.]*)\.(.*)$/.exec(basename(name)) ?? [];
  if (module === undefined || path === undefined) throw runtimeError("MalformedHandlerName", "Bad handler");
  const exported = await importModule(join(taskFolder, dirname(name), module));
  const handler = find(exported, path) ?? find(find(exported, "default"), path);
  if (handler === undefined) throw runtimeError("HandlerNotFound", `${name} is undefined or not exported`);
  if (!isHandler(handler)) throw runtimeError("HandlerNotFound", `${name} is not a function`);
  // Since Node.js 24 Lambda refuses handlers that would answer through a third argument.
  if (handler.length > 2) throw runtimeError("CallbackHandlerDeprecated", `${name} expects a callback`);
  return handler;
}

async function importModule(path: string): Promise<unknown> {
  const file = EXTENSIONS.map((extension) => path + extension).find((candidate) => existsSync(candidate));
  if (file === undefined) throw runtimeError("ImportModuleError", `Error: Cannot find module '${basename(path)}'`);
  try {
    return await import(pathToFileURL(file).href);
  } catch (thrown) {
    throw importError(thrown);
  }
}

function importError(thrown: unknown): unknown {
  if (thrown instanceof SyntaxError) return runtimeError("UserCodeSyntaxError", String(thrown));
  const missing = thrown instanceof Error && "code" in thrown && String(thrown.code).endsWith("MODULE_NOT_FOUND");
  return missing ? runtimeError("ImportModuleError", String(thrown)) : thrown;
}

/** The value at a dotted path. */
function find(value: unknown, path: string): unknown {
  return path.split(".").reduce<unknown>((parent, key) => (isObject(parent) ? parent[key] : undefined), value);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function isHandler(value: unknown): value is LambdaHandler {
  return typeof value === "function";
}

function runtimeError(name: string, message: string): Error {
  return Object.assign(new Error(message), { name: `Runtime.${name}` });
}

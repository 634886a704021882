import { randomBytes } from "node:crypto";
import { delimiter, join } from "node:path";
import type { FunctionSettings } from "../function-host.ts";

export function functionArn({ region, accountId, name }: FunctionSettings): string {
  return `arn:aws:lambda:${region}:${accountId}:function:${name}`;
}

/**
 * All that a function's process finds in its environment; nothing comes from this one's
 * (https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html).
 */
export function environmentVariables(
  settings: FunctionSettings,
  { taskFolder, logStream }: { taskFolder: string; logStream: string },
): Record<string, string> {
  const { name, handler, layerFolders, memoryMb, region } = settings;
  return {
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
    AWS_SESSION_TOKEN: "local",
    AWS_DEFAULT_REGION: region,
    AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: logStream,
    AWS_REGION: region,
    LAMBDA_TASK_ROOT: taskFolder,
    LANG: "en_US.UTF-8",
    NODE_PATH: layerFolders.map((folder) => join(folder, "nodejs", "node_modules")).join(delimiter),
    PATH: "/usr/local/bin:/usr/bin:/bin",
    TZ: ":UTC",
    _HANDLER: handler,
    ...settings.environment,
  };
}

/** One stream per environment: `2026/11/30/[$LATEST]` and 32 hexadecimal digits. */
export function logStreamName(): string {
  const day = new Date().toISOString().slice(0, 10).replaceAll("-", "/");
  return `${day}/[$LATEST]${randomBytes(16).toString("hex")}`;
}

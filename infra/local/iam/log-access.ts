import type { AccessControl } from "./access-control.ts";
import type { RoleSession } from "./principal.ts";
import { SECURE } from "./service-request.ts";

/** Whether a line may be written to a log stream, which is made with its first one. */
export type LogAccess = (stream: string) => boolean;

/**
 * What Lambda asks before it writes a function's lines. Without the permissions it drops them and says nothing
 * (https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html).
 */
export function logAccessOf(access: AccessControl, session: RoleSession, logGroupArn: string): LogAccess {
  const streams = new Set<string>();
  return (stream) => {
    const request = { resource: `${logGroupArn}:log-stream:${stream}`, context: SECURE };
    if (!streams.has(stream)) {
      if (access.refusal(session, { ...request, action: "logs:CreateLogStream" }) !== undefined) return false;
      streams.add(stream);
    }
    return access.refusal(session, { ...request, action: "logs:PutLogEvents" }) === undefined;
  };
}

import type { RequestContext } from "./condition.ts";
import type { AccessRequest, KeyAction } from "./evaluate.ts";
import type { Principal } from "./principal.ts";
import { SECURE } from "./service-request.ts";

/**
 * What calls ask of the key that their queue or topic is encrypted with, as if no data key were kept from earlier calls
 * (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html,
 * https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html). Those of S3 depend on more than the action.
 */
const KEY_ACTIONS: Readonly<Record<string, readonly KeyAction[]>> = {
  "sqs:SendMessage": ["kms:GenerateDataKey", "kms:Decrypt"],
  "sqs:ReceiveMessage": ["kms:Decrypt"],
  "sns:Publish": ["kms:GenerateDataKey", "kms:Decrypt"],
};

/** Services that AWS says ask KMS without telling for what (https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#compatibility-with-aws-services). */
const WITHOUT_SOURCE: readonly string[] = ["events.amazonaws.com"];

/** What a request for an encrypted resource asks of its key. */
export function keyRequestsOf(principal: Principal, request: AccessRequest, keyArn: string): AccessRequest[] {
  const actions = request.keyActions ?? KEY_ACTIONS[request.action] ?? [];
  const context = principal.kind === "service" ? sourceOf(principal.name, request.context) : via(request, keyArn);
  return actions.map((action) => ({ action, resource: keyArn, context }));
}

function sourceOf(service: string, context: RequestContext): RequestContext {
  if (!WITHOUT_SOURCE.includes(service)) return context;
  const { "aws:SourceArn": _, "aws:SourceAccount": __, ...others } = context;
  return others;
}

/** The service asks KMS in the caller's name (https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service). */
function via({ action }: AccessRequest, keyArn: string): RequestContext {
  const [service] = action.split(":");
  const [, , , region] = keyArn.split(":");
  return { ...SECURE, "kms:ViaService": `${service}.${region}.amazonaws.com` };
}

import { queueName } from "../queue-name.ts";
import { isObject, parseJson } from "./json.ts";
import type { Queues } from "./queues.ts";

/** The ARNs of the queues whose dead-letter queue this is. */
export async function deadLetterSources(queues: Queues, deadLetterArn: string): Promise<string[]> {
  const { QueueUrls = [] } = await queues.call<{ QueueUrls?: string[] }>("ListQueues", { MaxResults: 1000 });
  const sources: string[] = [];
  for (const url of QueueUrls) {
    const { QueueArn = "", RedrivePolicy = "" } = await queues.attributes(queueName(url));
    const policy = parseJson(RedrivePolicy);
    if (isObject(policy) && policy.deadLetterTargetArn === deadLetterArn) sources.push(QueueArn);
  }
  return sources;
}

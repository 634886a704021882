import type { ServiceRequest } from "../iam/service-request.ts";
import { AwsError } from "./aws-error.ts";
import type { QueueMessage, Queues } from "./queues.ts";

/** Why a service may not make a request; `undefined` if it may. */
export type ServiceRefusal = (request: ServiceRequest) => string | undefined;

/** A message that reached no queue at all. */
export interface LostMessage {
  /** Of the topic or the rule that it comes from. */
  readonly sourceArn: string;
  readonly queueArn: string;
  readonly body: string;
  /** Why the last queue that it was sent to did not take it. */
  readonly reason: string;
}

export interface DeliveryRules {
  readonly refusalOf: ServiceRefusal;
  readonly onLost: (message: LostMessage) => void;
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html */
const MAX_ATTRIBUTES = 10;

/** How services put messages into queues: if the queues' policies let them. */
export class ServiceSender {
  readonly #queues: Queues;
  readonly #refusalOf: ServiceRefusal;

  constructor(queues: Queues, refusalOf: ServiceRefusal) {
    this.#queues = queues;
    this.#refusalOf = refusalOf;
  }

  /**
   * Sends a message to the queue that a request is for. Gives why the queue did not take it.
   * @param request an `sqs:SendMessage`
   */
  async trySend(request: ServiceRequest, message: QueueMessage): Promise<AwsError | undefined> {
    const refusal = this.#refusalOf(request);
    if (refusal !== undefined) return new AwsError("AccessDenied", refusal, 403);
    if (Object.keys(message.attributes).length > MAX_ATTRIBUTES) {
      return new AwsError("InvalidParameterValue", `A message has at most ${MAX_ATTRIBUTES} attributes.`);
    }
    try {
      await this.#queues.send(request.resource, message);
      return undefined;
    } catch (error) {
      if (error instanceof AwsError) return error;
      throw error;
    }
  }
}

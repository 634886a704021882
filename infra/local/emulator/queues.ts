import type { FastifyInstance } from "fastify";
import { queueName } from "../queue-name.ts";
import { AwsError } from "./aws-error.ts";

/** fauxqs belongs to this account, and to no other. */
export const ACCOUNT_ID = "000000000000";

export interface MessageAttribute {
  readonly DataType: string;
  readonly StringValue?: string;
  /** Base64. */
  readonly BinaryValue?: string;
}

export interface QueueMessage {
  readonly body: string;
  readonly attributes: Readonly<Record<string, MessageAttribute>>;
}

/** The queues, by the same API that clients use, without the network. */
export class Queues {
  readonly #app: FastifyInstance;

  constructor(app: FastifyInstance) {
    this.#app = app;
  }

  /** Creates a queue and gives its ARN. */
  async create(name: string, attributes: Readonly<Record<string, string>>): Promise<string> {
    await this.call("CreateQueue", { QueueName: name, Attributes: attributes });
    const { QueueArn } = await this.attributes(name);
    if (QueueArn === undefined) throw new AwsError("InternalError", `Queue ${name} has no ARN.`, 500);
    return QueueArn;
  }

  async attributes(name: string): Promise<Readonly<Record<string, string>>> {
    const answer = await this.call("GetQueueAttributes", { QueueUrl: internalUrl(name), AttributeNames: ["All"] });
    return answer.Attributes ?? {};
  }

  async has(name: string): Promise<boolean> {
    try {
      await this.attributes(name);
      return true;
    } catch (error) {
      if (error instanceof AwsError && error.code === "QueueDoesNotExist") return false;
      throw error;
    }
  }

  async send(queueArn: string, { body, attributes }: QueueMessage): Promise<void> {
    const request = { QueueUrl: internalUrl(queueName(queueArn)), MessageBody: body, MessageAttributes: attributes };
    await this.call("SendMessage", request);
  }

  /** Makes any call of SQS's API, in the name of SQS itself. */
  async call<Answer = { Attributes?: Record<string, string> }>(
    action: string,
    request: object,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer> {
    const response = await this.#app.inject({
      method: "POST",
      url: "/",
      headers: { ...headers, "content-type": "application/x-amz-json-1.0", "x-amz-target": `AmazonSQS.${action}` },
      payload: JSON.stringify(request),
    });
    if (response.statusCode === 200) return response.json<Answer>();
    const { __type, message } = response.json<{ __type?: string; message?: string }>();
    throw new AwsError(__type?.split("#").at(-1) ?? "InternalError", message ?? response.body, response.statusCode);
  }
}

/** fauxqs reads no more of a queue's URL than its last part. */
export function internalUrl(name: string): string {
  return `http://127.0.0.1/${ACCOUNT_ID}/${name}`;
}

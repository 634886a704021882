import type { FastifyInstance } from "fastify";
import { AwsError, notImplemented } from "./aws-error.ts";
import type { FilterPolicyScope } from "./filter-policy.ts";
import type { MessageAttribute } from "./queues.ts";
import type { TopicMessage } from "./topic-envelope.ts";
import type { Topics } from "./topics.ts";
import { escapeXml, queryErrorXml } from "./xml.ts";

const NO_RAW_MAIL =
  "Invalid parameter: Attributes Reason: Delivery protocol [email] does not support raw message delivery.";

type Parameters = Readonly<Record<string, string>>;
type Action = (topics: Topics, parameters: Parameters) => Promise<string> | string;

/** Each action's result in XML. https://docs.aws.amazon.com/sns/latest/api/API_Operations.html */
const ACTIONS: Readonly<Record<string, Action>> = {
  CreateTopic: (topics, { Name = "" }) => `<TopicArn>${topics.create(Name)}</TopicArn>`,
  Subscribe: subscribe,
  Publish: async (topics, parameters) => {
    const { TopicArn, TargetArn } = parameters;
    const id = await topics.publish(TopicArn ?? TargetArn ?? "", readMessage(parameters, ""));
    return `<MessageId>${id}</MessageId>`;
  },
  PublishBatch: publishBatch,
};

/** Answers SNS's Query protocol in place of fauxqs; STS, which shares the protocol, stays with fauxqs. */
export function answerSns(app: FastifyInstance, topics: Topics): void {
  app.addHook("preHandler", async (request, reply) => {
    const { headers, body } = request;
    if (request.routeOptions.url !== "/" || !headers["content-type"]?.includes("x-www-form-urlencoded")) return;
    const parameters = readParameters(body);
    const name = parameters.Action ?? "";
    if (name === "GetCallerIdentity") return;

    reply.header("content-type", "text/xml");
    try {
      const action = ACTIONS[name];
      if (action === undefined) throw notImplemented(`the SNS action ${name}`);
      const result = await action(topics, parameters);
      return reply.send(`<${name}Response><${name}Result>${result}</${name}Result></${name}Response>`);
    } catch (error) {
      if (error instanceof AwsError) return reply.code(error.status).send(queryErrorXml(error));
      throw error;
    }
  });
}

function subscribe(topics: Topics, parameters: Parameters): string {
  const { TopicArn: topicArn = "", Endpoint: endpoint = "", Protocol = "" } = parameters;
  if (Protocol !== "sqs" && Protocol !== "email") throw notImplemented(`subscriptions by ${Protocol}`);
  const attributes = Object.fromEntries(
    entries(parameters, "Attributes.entry.").map((prefix) => [
      parameters[`${prefix}.key`] ?? "",
      parameters[`${prefix}.value`],
    ]),
  );
  const { FilterPolicy, FilterPolicyScope, RawMessageDelivery, RedrivePolicy, ...others } = attributes;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw notImplemented(`the subscription attribute ${unknown}`);
  const subscribing = { topicArn, filterPolicy: FilterPolicy, filterPolicyScope: readScope(FilterPolicyScope) };
  if (Protocol === "email") {
    if (RawMessageDelivery === "true") throw new AwsError("InvalidParameter", NO_RAW_MAIL);
    if (RedrivePolicy !== undefined) throw notImplemented("dead letters of mail");
    return `<SubscriptionArn>${topics.subscribe({ ...subscribing, address: endpoint })}</SubscriptionArn>`;
  }
  const arn = topics.subscribe({
    ...subscribing,
    queueArn: endpoint,
    rawMessageDelivery: RawMessageDelivery === undefined ? undefined : RawMessageDelivery === "true",
    redrivePolicy: RedrivePolicy,
  });
  return `<SubscriptionArn>${arn}</SubscriptionArn>`;
}

async function publishBatch(topics: Topics, parameters: Parameters): Promise<string> {
  const results: string[] = [];
  for (const prefix of entries(parameters, "PublishBatchRequestEntries.member.")) {
    const id = parameters[`${prefix}.Id`] ?? "";
    const messageId = await topics.publish(parameters.TopicArn ?? "", readMessage(parameters, `${prefix}.`));
    results.push(`<member><Id>${escapeXml(id)}</Id><MessageId>${messageId}</MessageId></member>`);
  }
  return `<Successful>${results.join("")}</Successful><Failed/>`;
}

function readMessage(parameters: Parameters, prefix: string): TopicMessage {
  if (parameters[`${prefix}MessageStructure`] !== undefined) throw notImplemented("one message a protocol");
  const attributes = entries(parameters, `${prefix}MessageAttributes.entry.`).map((entry) => {
    const StringValue = parameters[`${entry}.Value.StringValue`];
    const BinaryValue = parameters[`${entry}.Value.BinaryValue`];
    const attribute: MessageAttribute = {
      DataType: parameters[`${entry}.Value.DataType`] ?? "",
      ...(StringValue !== undefined && { StringValue }),
      ...(BinaryValue !== undefined && { BinaryValue }),
    };
    return [parameters[`${entry}.Name`] ?? "", attribute] as const;
  });
  return {
    message: parameters[`${prefix}Message`] ?? "",
    subject: parameters[`${prefix}Subject`],
    attributes: Object.fromEntries(attributes),
  };
}

/** The numbered prefixes of a list in the Query protocol: `Attributes.entry.1`, `Attributes.entry.2`. */
function entries(parameters: Parameters, prefix: string): string[] {
  const numbers = Object.keys(parameters).flatMap((name) => {
    return name.startsWith(prefix) ? (name.slice(prefix.length).split(".")[0] ?? []) : [];
  });
  return [...new Set(numbers)].map((number) => prefix + number);
}

function readScope(scope: string | undefined): FilterPolicyScope | undefined {
  if (scope === undefined || scope === "MessageAttributes" || scope === "MessageBody") return scope;
  throw new AwsError("InvalidParameter", `Invalid parameter: FilterPolicyScope: ${scope}`);
}

function readParameters(body: unknown): Parameters {
  if (typeof body !== "object" || body === null) return {};
  return Object.fromEntries(Object.entries(body).map(([name, value]) => [name, String(value)]));
}

import type { MessageAttribute } from "./queues.ts";

export interface TopicMessage {
  readonly message: string;
  readonly subject?: string | undefined;
  readonly attributes?: Readonly<Record<string, MessageAttribute>> | undefined;
}

/** What SNS tells about a message that it delivers. */
export interface Publication {
  readonly messageId: string;
  readonly timestamp: string;
  readonly topicArn: string;
  readonly subscriptionArn: string;
}

/** What a queue gets without raw delivery. https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html */
export function topicEnvelope({ message, subject, attributes }: TopicMessage, publication: Publication): string {
  const { messageId, timestamp, topicArn, subscriptionArn } = publication;
  const host = `https://sns.${topicArn.split(":")[3]}.amazonaws.com`;
  const shown = Object.entries(attributes ?? {}).map(([name, { DataType, StringValue, BinaryValue }]) => {
    return [name, { Type: DataType, Value: StringValue ?? BinaryValue }] as const;
  });
  return JSON.stringify({
    Type: "Notification",
    MessageId: messageId,
    TopicArn: topicArn,
    ...(subject !== undefined && { Subject: subject }),
    Message: message,
    Timestamp: timestamp,
    SignatureVersion: "1",
    Signature: "EXAMPLE",
    SigningCertURL: `${host}/SimpleNotificationService-0000000000000000000000.pem`,
    UnsubscribeURL: `${host}/?Action=Unsubscribe&SubscriptionArn=${subscriptionArn}`,
    ...(shown.length > 0 && { MessageAttributes: Object.fromEntries(shown) }),
  });
}

/** The size that SNS counts: the message, and its attributes' names, types and values. */
export function messageBytes({ message, attributes = {} }: TopicMessage): number {
  const parts = Object.entries(attributes).flatMap(([name, { DataType, StringValue, BinaryValue }]) => {
    return [name, DataType, StringValue ?? BinaryValue ?? ""];
  });
  return [message, ...parts].reduce((sum, part) => sum + Buffer.byteLength(part), 0);
}

import type { SQSEvent, SQSRecord } from "aws-lambda";

/** A message of a queue, received so many times. */
export function sqsRecord(body: string, { id = "message-1", receives = 1 } = {}): SQSRecord {
  return {
    messageId: id,
    receiptHandle: `receipt of ${id}`,
    body,
    attributes: {
      ApproximateReceiveCount: String(receives),
      SentTimestamp: "1767323045678",
      SenderId: "AIDAIT2UOQQY3AUEKVGXU",
      ApproximateFirstReceiveTimestamp: "1767323045680",
    },
    messageAttributes: {},
    md5OfBody: "",
    eventSource: "aws:sqs",
    eventSourceARN: "arn:aws:sqs:eu-west-1:123456789012:preview",
    awsRegion: "eu-west-1",
  };
}

/** A batch of messages named `message-1`, `message-2` and so on. */
export function sqsEvent(...bodies: readonly string[]): SQSEvent {
  return { Records: bodies.map((body, index) => sqsRecord(body, { id: `message-${index + 1}` })) };
}

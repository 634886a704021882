import type { Invocation } from "../function-host.ts";
import type { ReceivedMessage } from "./receive-batch.ts";

type Batch = readonly ReceivedMessage[];

/** The messages of a batch that go back to the queue after an invocation; the others are done with. */
export function failedMessages(invocation: Invocation, batch: Batch, reportBatchItemFailures: boolean): Batch {
  if (invocation.outcome !== "returned") return batch;
  return reportBatchItemFailures ? reportedMessages(invocation.value, batch) : [];
}

/**
 * The messages that a function's answer reports, all when it is malformed
 * (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting).
 */
function reportedMessages(answer: unknown, batch: Batch): Batch {
  // No answer, and one without anything in it, both mean that all went well.
  if (answer === null || answer === "") return [];
  if (typeof answer !== "object") return batch;
  const failures = "batchItemFailures" in answer ? answer.batchItemFailures : null;
  if (failures === null) return [];
  if (!Array.isArray(failures)) return batch;
  const reported = failures.map((failure: unknown) => batch.find((message) => identifies(failure, message)));
  return reported.includes(undefined) ? batch : batch.filter((message) => reported.includes(message));
}

function identifies(failure: unknown, { record }: ReceivedMessage): boolean {
  return (
    typeof failure === "object" &&
    failure !== null &&
    "itemIdentifier" in failure &&
    failure.itemIdentifier === record.messageId
  );
}

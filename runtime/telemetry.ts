import type { Logger } from "@aws-lambda-powertools/logger";
import { type Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import type { SQSRecord } from "aws-lambda";
import type { Log } from "./contract.ts";
import { type ErrorCode, messageOf, type PipelineError } from "./errors.ts";
import type { Upload } from "./event.ts";
import type { Result } from "./result.ts";

/** What operators see of a worker: structured log lines and metrics. */
export interface Telemetry {
  /** A log whose lines name the upload. */
  logOf(upload: Upload): Log;
  finished(result: Result): void;
  retrying(error: PipelineError, record: SQSRecord, uploads: readonly Upload[]): void;
  deadLettered(failure: { code: ErrorCode; message: string }, record: SQSRecord): void;
  /** A result that the topic did not take, of an upload that is at its end. */
  unpublished(error: unknown, upload: Upload): void;
  /** Writes the metrics of one invocation. */
  flush(): void;
}

/** Powertools' logger and metrics; metrics leave in log lines (EMF) and cost no call. */
export class PowertoolsTelemetry implements Telemetry {
  readonly #logger: Logger;
  readonly #metrics: Metrics;

  constructor(logger: Logger, metrics: Metrics) {
    this.#logger = logger;
    this.#metrics = metrics;
  }

  logOf(upload: Upload): Log {
    const line =
      (level: "debug" | "info" | "warn") =>
      (message: string, fields: Record<string, unknown> = {}) =>
        this.#logger[level](message, { ...fields, upload });
    return { debug: line("debug"), info: line("info"), warn: line("warn") };
  }

  finished(result: Result): void {
    const { upload, status, durationMs } = result;
    if (result.status === "failed") {
      this.#logger.error(result.message, { upload, status, code: result.code, durationMs });
    } else {
      // Powertools keeps the name of a skip's message for the line's own.
      const { message: reason, ...fields } = { message: undefined, ...result };
      this.#logger.info(`The upload is ${status}.`, { ...fields, reason });
    }
    this.#metrics.addMetric(status, MetricUnit.Count, 1);
    if (result.status !== "done") return;
    this.#metrics.addMetric("duration", MetricUnit.Milliseconds, durationMs);
    this.#metrics.addMetric(
      "outputBytes",
      MetricUnit.Bytes,
      result.outputs.reduce((sum, { bytes }) => sum + bytes, 0),
    );
  }

  retrying(error: PipelineError, { messageId, attributes }: SQSRecord, uploads: readonly Upload[]): void {
    const { code, cause } = error;
    this.#logger.warn(error.message, {
      code,
      messageId,
      receives: Number(attributes.ApproximateReceiveCount),
      uploads,
      ...(cause instanceof Error && { error: cause }),
    });
    this.#metrics.addMetric("retrying", MetricUnit.Count, 1);
  }

  deadLettered({ code, message }: { code: ErrorCode; message: string }, { messageId }: SQSRecord): void {
    this.#logger.warn("The message is a dead letter now.", { code, reason: message, messageId });
    this.#metrics.addMetric("deadLettered", MetricUnit.Count, 1);
  }

  unpublished(error: unknown, upload: Upload): void {
    this.#logger.error(messageOf(error), { upload });
    this.#metrics.addMetric("unpublished", MetricUnit.Count, 1);
  }

  flush(): void {
    this.#metrics.publishStoredMetrics();
  }
}

import { Logger } from "@aws-lambda-powertools/logger";
import { Metrics } from "@aws-lambda-powertools/metrics";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { PipelineError } from "../../runtime/errors.ts";
import type { Outcome, Result } from "../../runtime/result.ts";
import { PowertoolsTelemetry, type Telemetry } from "../../runtime/telemetry.ts";
import { sqsRecord } from "../support/sqs-records.ts";

const UPLOAD = { bucket: "uploads", key: "cat.png" };

const output = (variant: string, bytes: number) =>
  ({ variant, key: `preview/cat.png/${variant}.png`, mediaType: "image/png", bytes }) as const;

function resultOf(outcome: Outcome): Result {
  return { id: "id-1", worker: "preview", upload: UPLOAD, outputsBucket: "outputs", durationMs: 12, ...outcome };
}

const DONE = resultOf({
  status: "done",
  outputs: [output("small", 300), output("tiny", 40)],
  notes: ["Only the first of 3 frames was read."],
  unchanged: false,
});
const SKIPPED = resultOf({ status: "skipped", code: "EMPTY_OBJECT", message: "It has no bytes." });
const REMOVED = resultOf({ status: "removed" });
const FAILED = resultOf({ status: "failed", code: "SOURCE_CORRUPT", message: "Expected a cat." });

describe("the telemetry of a worker", () => {
  let telemetry: Telemetry;

  beforeEach(() => {
    // Powertools writes to the console that a test can watch only if it is told so.
    vi.stubEnv("POWERTOOLS_DEV", "true");
    vi.stubEnv("POWERTOOLS_METRICS_DISABLED", "false");
    for (const level of ["debug", "info", "warn", "error", "log"] as const)
      vi.spyOn(console, level).mockImplementation(() => {});
    const metrics = new Metrics({ namespace: "image-machine", serviceName: "preview" });
    telemetry = new PowertoolsTelemetry(new Logger({ logLevel: "DEBUG" }), metrics);
  });

  afterEach(() => {
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
  });

  it.each([
    [DONE, { level: "INFO", message: "The upload is done.", ...DONE }],
    [REMOVED, { level: "INFO", message: "The upload is removed.", ...REMOVED }],
    [SKIPPED, { level: "INFO", ...SKIPPED, message: "The upload is skipped.", reason: "It has no bytes." }],
    [
      FAILED,
      {
        level: "ERROR",
        message: "Expected a cat.",
        upload: UPLOAD,
        status: "failed",
        code: "SOURCE_CORRUPT",
        durationMs: 12,
      },
    ],
  ])("says in one line what became of an upload: $status", (result, line) => {
    telemetry.finished(result);

    expect(logged()).toEqual([line]);
  });

  it("says in one line why a message comes again", () => {
    const error = new PipelineError("STORE_FAILED", "The store is away.", { cause: new Error("socket hang up") });

    telemetry.retrying(error, sqsRecord("{}", { id: "message-7", receives: 3 }), [UPLOAD]);

    expect(logged()).toEqual([
      {
        level: "WARN",
        message: "The store is away.",
        code: "STORE_FAILED",
        messageId: "message-7",
        receives: 3,
        uploads: [UPLOAD],
        error: expect.objectContaining({ name: "Error", message: "socket hang up" }),
      },
    ]);
  });

  it("says that a message became a dead letter, and that a result was not published", () => {
    telemetry.deadLettered(
      { code: "EVENT_INVALID", message: "Expected an event." },
      sqsRecord("{}", { id: "message-7" }),
    );
    telemetry.unpublished(new Error("The topic is away."), UPLOAD);

    expect(logged()).toEqual([
      {
        level: "WARN",
        message: "The message is a dead letter now.",
        code: "EVENT_INVALID",
        reason: "Expected an event.",
        messageId: "message-7",
      },
      { level: "ERROR", message: "The topic is away.", upload: UPLOAD },
    ]);
  });

  it("gives a transform a log whose lines name the upload", () => {
    const log = telemetry.logOf(UPLOAD);

    log.debug("Decoding.");
    log.info("Drawing.", { cells: 8 });
    log.warn("Drying.", { upload: "forged" });

    expect(logged()).toEqual([
      { level: "DEBUG", message: "Decoding.", upload: UPLOAD },
      { level: "INFO", message: "Drawing.", cells: 8, upload: UPLOAD },
      { level: "WARN", message: "Drying.", upload: UPLOAD },
    ]);
  });

  it("counts results and retries, and measures time and bytes of what is done", () => {
    for (const result of [DONE, DONE, SKIPPED, REMOVED, FAILED]) telemetry.finished(result);
    telemetry.retrying(new PipelineError("STORE_FAILED", "Away."), sqsRecord("{}"), []);
    telemetry.flush();

    expect(measured()).toMatchObject([
      {
        done: [1, 1],
        skipped: 1,
        removed: 1,
        failed: 1,
        retrying: 1,
        duration: [12, 12],
        outputBytes: [340, 340],
        service: "preview",
        _aws: { CloudWatchMetrics: [{ Namespace: "image-machine" }] },
      },
    ]);
  });

  it("writes the metrics of each invocation apart", () => {
    for (const result of [REMOVED, SKIPPED]) {
      telemetry.finished(result);
      telemetry.flush();
    }

    const [first, second] = measured();
    expect([first, second]).toMatchObject([{ removed: 1 }, { skipped: 1 }]);
    expect([first, second]).not.toMatchObject([{ skipped: 1 }, { removed: 1 }]);
  });
});

/** The log's lines, without what Powertools adds to each. */
function logged(): unknown[] {
  const calls = (["debug", "info", "warn", "error"] as const).flatMap((level) => vi.mocked(console[level]).mock.calls);
  return calls.map(([line]) => {
    const { timestamp: _time, service: _service, sampling_rate: _rate, ...fields } = JSON.parse(line);
    return fields;
  });
}

/** The lines of metrics. */
function measured(): unknown[] {
  return vi.mocked(console.log).mock.calls.map(([line]) => JSON.parse(line));
}

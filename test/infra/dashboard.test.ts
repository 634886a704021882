import { Logger } from "@aws-lambda-powertools/logger";
import { Metrics } from "@aws-lambda-powertools/metrics";
import { afterEach, describe, expect, it, vi } from "vitest";
import { dashboardProblem } from "../../infra/local/resource-types/dashboard-body.ts";
import { type DashboardFacts, dashboardBody, type ShownWorker } from "../../infra/monitoring/dashboard.ts";
import type { Outcome } from "../../runtime/result.ts";
import { PowertoolsTelemetry } from "../../runtime/telemetry.ts";

interface ShownWidget {
  readonly type: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly properties: {
    readonly title: string;
    readonly metrics?: unknown[][];
    readonly query?: string;
    readonly alarms?: string[];
  };
}

function worker(name: string): ShownWorker {
  return {
    name,
    functionName: `image-machine-test-${name}`,
    queueName: `${name}-uploads`,
    deadLetterQueueName: `${name}-dead-letters`,
    undeliveredQueueName: `${name}-undelivered`,
    timeoutSeconds: 60,
  };
}

function bodyOf(workers: number, alarms = 0): string {
  const facts: DashboardFacts = {
    workers: Array.from({ length: workers }, (_, index) => worker(`worker-${index}`)),
    alarmArns: alarmArns(alarms),
    region: "eu-central-1",
    metricsNamespace: "ImageMachine",
  };
  return dashboardBody(facts);
}

function alarmArns(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `arn:aws:cloudwatch:eu-central-1:123456789012:alarm:a${index}`);
}

const widgetsOf = (body: string): ShownWidget[] => JSON.parse(body).widgets;
const titlesOf = (body: string) => widgetsOf(body).map(({ properties }) => properties.title);

function metricsOf(body: string, title: string): unknown[][] {
  return widgetsOf(body).find(({ properties }) => properties.title === title)?.properties.metrics ?? [];
}

describe("the dashboard", () => {
  afterEach(() => {
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
  });

  it("answers first whether the stack keeps up, then what fails and why, then how functions fare", () => {
    expect(titlesOf(bodyOf(2, 3))).toEqual([
      ...["Oldest message (s)", "Waiting messages", "Dead letters and undelivered messages"],
      "Alarms",
      ...["Waiting messages", "Age of the oldest message (s)"],
      ...["Uploads done", "Uploads skipped", "Uploads failed", "Uploads removed"],
      ...["Failures by code", "Dead letters"],
      ...["Duration of an upload (ms)", "Functions at work"],
      ...["Errors of functions", "Throttles of functions"],
    ]);
  });

  it("sums all workers up in one number each", () => {
    expect(metricsOf(bodyOf(2), "Oldest message (s)")).toEqual([
      [{ expression: "MAX(METRICS())", label: "Oldest message (s)", id: "all" }],
      ...["worker-0", "worker-1"].map((name, index) => [
        ...["AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName", `${name}-uploads`],
        { id: `m${index}`, visible: false },
      ]),
    ]);
    expect(metricsOf(bodyOf(2), "Dead letters and undelivered messages").map((metric) => metric[3])).toEqual([
      undefined,
      ...["worker-0-dead-letters", "worker-1-dead-letters", "worker-0-undelivered", "worker-1-undelivered"],
    ]);
  });

  it("shows the metrics that workers write, by the names under which they write them", () => {
    vi.stubEnv("POWERTOOLS_DEV", "true");
    vi.stubEnv("POWERTOOLS_METRICS_DISABLED", "false");
    const lines: string[] = [];
    vi.spyOn(console, "log").mockImplementation((line) => void lines.push(line));
    const metrics = new Metrics({ namespace: "ImageMachine", serviceName: "worker-0" });
    const telemetry = new PowertoolsTelemetry(new Logger({ logLevel: "SILENT" }), metrics);
    const outcomes: Outcome[] = [
      { status: "done", outputs: [], notes: [], unchanged: false },
      { status: "skipped", code: "EMPTY_OBJECT", message: "It has no bytes." },
      { status: "failed", code: "SOURCE_CORRUPT", message: "Expected a cat." },
      { status: "removed" },
    ];

    for (const outcome of outcomes) {
      const upload = { bucket: "uploads", key: "cat.png" };
      telemetry.finished({ id: "1", worker: "worker-0", upload, outputsBucket: "outputs", durationMs: 1, ...outcome });
    }
    telemetry.flush();

    const written = JSON.parse(lines[0] ?? "");
    const [{ Namespace, Dimensions, Metrics: names }] = written._aws.CloudWatchMetrics;
    const known = names.map(({ Name }: { Name: string }) => [Namespace, Name, Dimensions[0][0], written.service]);
    const shown = widgetsOf(bodyOf(1))
      .flatMap(({ properties }) => properties.metrics ?? [])
      .filter(([namespace]) => namespace === "ImageMachine")
      .map((metric) => metric.slice(0, 4));
    expect(known).toEqual(expect.arrayContaining(shown));
    expect(shown).toHaveLength(6);
  });

  it("counts failures by their codes in the logs of all workers", () => {
    const { properties } = widgetsOf(bodyOf(2)).find(({ type }) => type === "log") ?? {};

    expect(properties?.query).toBe(
      `SOURCE '/aws/lambda/image-machine-test-worker-0' | SOURCE '/aws/lambda/image-machine-test-worker-1' | filter status = "failed" | stats count(*) as failures by code, service | sort failures desc`,
    );
  });

  it("tells median from slow uploads, and marks the age from when on a worker does not keep up", () => {
    const body = bodyOf(1);

    expect(metricsOf(body, "Duration of an upload (ms)")).toEqual([
      ["ImageMachine", "duration", "service", "worker-0", { label: "worker-0 p50", stat: "p50" }],
      ["ImageMachine", "duration", "service", "worker-0", { label: "worker-0 p90", stat: "p90" }],
    ]);
    expect(JSON.parse(body).widgets).toContainEqual(
      expect.objectContaining({
        properties: expect.objectContaining({ annotations: { horizontal: [{ value: 720 }] } }),
      }),
    );
  });

  it.each([
    [0, 0],
    [1, 5],
    [50, 263],
    [150, 763],
  ])("is what CloudWatch takes with %i workers and %i alarms", (workers, alarms) => {
    expect(dashboardProblem(bodyOf(workers, alarms), alarmArns(alarms))).toBeUndefined();
  });

  it("is told to be too large where it is", () => {
    expect(dashboardProblem(bodyOf(160), [])).toBe(
      "Expected the number of metrics of a dashboard to be an integer from 0 to 2500, received 2563.",
    );
  });

  it("has widgets side by side, none over another", () => {
    const taken = new Set<string>();
    const cells = widgetsOf(bodyOf(50, 263)).flatMap(({ x, y, width, height }) =>
      Array.from({ length: width * height }, (_, cell) => `${x + (cell % width)} ${y + Math.floor(cell / width)}`),
    );

    for (const cell of cells) taken.add(cell);

    expect(taken.size).toBe(cells.length);
  });

  it("shows all alarms, a hundred in a widget, and none if there are none", () => {
    const shown = widgetsOf(bodyOf(1, 263)).flatMap(({ properties }) => (properties.alarms ? [properties.alarms] : []));

    expect(shown.map(({ length }) => length)).toEqual([100, 100, 63]);
    expect(shown.flat()).toEqual(alarmArns(263));
    expect(titlesOf(bodyOf(1))).not.toContain("Alarms");
  });

  it("is the same text each time", () => {
    expect(bodyOf(3, 4)).toBe(bodyOf(3, 4));
  });
});

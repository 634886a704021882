import type { Reporter, SerializedError, TestCase, TestModule } from "vitest/node";

/** Prints a line for each promise that a transform breaks or has no occasion to break, and one for each transform. */
export default class PromiseReporter implements Reporter {
  onTestCaseResult(test: TestCase): void {
    const result = test.result();
    const promise = `${test.parent.type === "suite" ? test.parent.name : ""}: ${test.name}`;
    if (result.state === "failed") console.log(`✗ ${promise}. ${result.errors.map(messageOf).join(" ")}`);
    if (result.state === "skipped") console.log(`- ${promise}. Not checked: ${result.note ?? "no reason given."}`);
  }

  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    for (const error of [...unhandled, ...modules.flatMap((module) => module.errors())])
      console.log(`✗ ${messageOf(error)}`);
    for (const transform of modules.flatMap((module) => [...module.children.suites()])) {
      const kept = [...transform.children.tests("passed")].length;
      console.log(
        `${transform.ok() ? "✓" : "✗"} ${transform.name} keeps ${kept} of ${transform.children.size} promises.`,
      );
    }
  }
}

function messageOf({ message }: { message: string }): string {
  return message.replace(/\s+/g, " ").trim();
}

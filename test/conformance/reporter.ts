import type { Reporter, SerializedError, TestCase, TestModule } from "vitest/node";

/** A check takes seconds; one that takes this long never ends. What only waits is stopped before by the check itself. */
const PATIENCE_MS = Number(process.env.CONFORMANCE_PATIENCE_MS ?? 120_000);

/** Prints a line for each promise that a transform breaks or has no occasion to break, and one for each transform. */
export default class PromiseReporter implements Reporter {
  #patience: NodeJS.Timeout | undefined;

  onTestModuleCollected({ children }: TestModule): void {
    for (const { name } of children.suites()) this.#waitAfter(name, "its import");
  }

  onTestCaseReady(test: TestCase): void {
    this.#waitAfter(suiteOf(test), test.name);
  }

  onTestCaseResult(test: TestCase): void {
    this.#waitAfter(suiteOf(test), test.name);
    const result = test.result();
    const promise = `${suiteOf(test)}: ${test.name}`;
    if (result.state === "failed") console.log(`✗ ${promise}. ${result.errors.map(messageOf).join(" ")}`);
    if (result.state === "skipped") console.log(`- ${promise}. Not checked: ${result.note ?? "no reason given."}`);
  }

  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    clearTimeout(this.#patience);
    for (const error of [...unhandled, ...modules.flatMap((module) => module.errors())])
      console.log(`✗ ${messageOf(error)}`);
    for (const transform of modules.flatMap((module) => [...module.children.suites()])) {
      const kept = [...transform.children.tests("passed")].length;
      console.log(
        `${transform.ok() ? "✓" : "✗"} ${transform.name} keeps ${kept} of ${transform.children.size} promises.`,
      );
    }
  }

  /** From the last that was heard of: what begins just before an endless loop is not told any more. */
  #waitAfter(suite: string, last: string): void {
    clearTimeout(this.#patience);
    this.#patience = setTimeout(() => {
      console.log(
        `✗ ${suite}: comes to an end. Expected one within ${PATIENCE_MS} ms for what follows "${last}", received none.`,
      );
      // Code that loops without a pause can't be asked to stop: this ends all processes of the run, which is a group of its own.
      process.kill(0, "SIGKILL");
    }, PATIENCE_MS);
  }
}

function suiteOf({ parent }: TestCase): string {
  return parent.type === "suite" ? parent.name : "";
}

function messageOf({ message }: { message: string }): string {
  return message.replace(/\s+/g, " ").trim();
}

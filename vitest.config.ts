import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: "./test/support/test-folder.ts",
    // Files that tests compare with are written with -u alone: a test that writes what it expects can't fail.
    update: "none",
    // One more than there are cores: much of a test's time passes in waiting for processes that it starts.
    maxWorkers: availableParallelism() + 1,
    reporters: ["default", "./test/support/summary-reporter.ts"],
    // Limits for what hangs, not promises: end-to-end tests start whole machines, and share two cores with others.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});

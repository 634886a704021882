import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // End-to-end tests start whole machines; two cores run them one at a time beside the rest.
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});

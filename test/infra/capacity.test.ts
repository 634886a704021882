import { expect, it } from "vitest";
import { capacityWarning } from "../../infra/capacity.ts";
import { readStackSettings } from "../../infra/config.ts";
import { transforms } from "./config/stack-transforms.ts";

const warningOf = (workers: unknown) =>
  capacityWarning(readStackSettings(transforms, { "image-machine:workers": JSON.stringify(workers) }).workers);

it("warns where workers together may run more functions than an account has by default, and names their shares", () => {
  expect(warningOf({ copy: { maximumConcurrency: 600 }, scale: { maximumConcurrency: 401 } })).toBe(
    "Workers may run 1001 functions at once (copy 600, scale 401), more than the 1000 that an account has by default. Ask AWS for a higher concurrency quota, or lower maximumConcurrency: throttled messages count as received.",
  );
});

it("counts ten functions for each provisioned poller", () => {
  expect(warningOf({ scale: { provisionedPollers: { maximum: 100 } } })).toContain("(copy 10, scale 1000)");
});

it("says nothing of what fits, nor of workers that are turned off", () => {
  const workers = { copy: { maximumConcurrency: 999, enabled: false }, scale: { maximumConcurrency: 1000 } };

  expect(warningOf(workers)).toBeUndefined();
});

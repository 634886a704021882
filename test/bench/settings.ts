import type { Transform } from "../../runtime/contract.ts";
import { workerSettings } from "../support/worker-settings.ts";
import type { SubjectSetup } from "./subjects/subject.ts";

/** The largest sources here have 100 megapixels, twice as many as a stack allows unless it says otherwise. */
const LIMITS = { sourceBytes: 512 * 1024 * 1024, sourcePixels: 120_000_000, outputPixels: 120_000_000 };

/** A worker of a transform as a stack would deploy it, but for the limits; its outputs' keys name the upload first. */
export function setupOf(name: string, { limits }: Transform, python: string | undefined): SubjectSetup {
  const settings = workerSettings({
    worker: name,
    transform: name,
    outputKey: "{key}/{variant}{ext}",
    limits: LIMITS,
  });
  return { settings, memoryMb: limits.memoryMb, python };
}

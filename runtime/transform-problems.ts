import type { Transform } from "./contract.ts";
import { messageOf } from "./errors.ts";
import { ALL_MEDIA_TYPES, isMediaType } from "./media-type.ts";
import { readOptions } from "./options.ts";
import { ALL_OUTPUT_TYPES, isOutputType } from "./output-type.ts";

/** Letters, digits and single hyphens: legal in the name of every AWS resource of a worker, with room for suffixes. */
const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const NAME_MAX_LENGTH = 32;
const VARIANT_NAME = /^[a-z0-9]+(-[a-z0-9]+)*$/;

/** What is wrong with the name of a would-be transform, as a sentence. */
export function problemOfName(name: string): string | undefined {
  if (!NAME.test(name) || name.length > NAME_MAX_LENGTH) {
    return `Expected a file name of lower-case letters, digits and single hyphens, at most ${NAME_MAX_LENGTH} long, received ${name}.`;
  }
}

/** The first thing that is wrong with a would-be transform, as a sentence. */
export function problemOfTransform(name: string, candidate: unknown): string | undefined {
  if (typeof candidate !== "object" || candidate === null)
    return `Expected its default export to be a transform, received ${describe(candidate)}.`;
  const transform = candidate as Partial<Record<keyof Transform, unknown>>;
  if (typeof transform.summary !== "string" || !/^\S.*\.$/.test(transform.summary))
    return `Expected summary to be one sentence that ends in a full stop, received ${describe(transform.summary)}.`;
  if (!Array.isArray(transform.accepts) || transform.accepts.length === 0)
    return `Expected accepts to be a list of media types, received ${describe(transform.accepts)}.`;
  const [unknownType] = transform.accepts.filter((type) => !isMediaType(type)).map(describe);
  if (unknownType)
    return `Expected accepts to name media types of ${ALL_MEDIA_TYPES.join(", ")}, received ${unknownType}.`;
  if (typeof transform.options !== "object" || transform.options === null || !("fields" in transform.options))
    return `Expected options to be made by options({ … }), received ${describe(transform.options)}.`;
  if (typeof transform.transform !== "function")
    return `Expected transform to be an async generator, received ${describe(transform.transform)}.`;
  if (typeof transform.variants !== "function")
    return `Expected variants to be a function from options to variants, received ${describe(transform.variants)}.`;
  return (
    problemOfLimits(transform.limits) ??
    problemOfExceptions(transform.exceptions) ??
    problemOfVariants(name, candidate as Transform)
  );
}

function problemOfLimits(limits: unknown): string | undefined {
  const { memoryMb, timeoutSeconds } = (limits ?? {}) as Record<string, unknown>;
  if (!isIntegerIn(memoryMb, 128, 10_240))
    return `Expected limits.memoryMb to be an integer from 128 to 10240, received ${describe(memoryMb)}.`;
  if (!isIntegerIn(timeoutSeconds, 1, 900))
    return `Expected limits.timeoutSeconds to be an integer from 1 to 900, received ${describe(timeoutSeconds)}.`;
}

function problemOfExceptions(exceptions: unknown = {}): string | undefined {
  const reasons = typeof exceptions === "object" && exceptions !== null ? Object.values(exceptions) : [exceptions];
  const [unexplained] = reasons
    .filter((reason) => typeof reason !== "string" || !/^\S.*\.$/.test(reason))
    .map(describe);
  if (unexplained) return `Expected exceptions to be promises, each with one sentence why, received ${unexplained}.`;
}

function problemOfVariants(name: string, transform: Transform): string | undefined {
  try {
    return problemOfVariantList(transform.variants(readOptions(transform.options, undefined, name)));
  } catch (error) {
    return `Expected variants of the default options, received an error: ${messageOf(error)}`;
  }
}

/** The first thing that is wrong with the variants a transform declares, as a sentence. */
export function problemOfVariantList(variants: unknown): string | undefined {
  if (!Array.isArray(variants) || variants.length === 0)
    return `Expected at least one variant, received ${describe(variants)}.`;
  const names: unknown[] = variants.map((variant) => variant?.name);
  const [illegal] = names.filter((name) => typeof name !== "string" || !VARIANT_NAME.test(name)).map(describe);
  if (illegal) return `Expected variant names of lower-case letters, digits and single hyphens, received ${illegal}.`;
  const wrongFormat = variants.find(({ format }) => format !== "source" && !isOutputType(format));
  if (wrongFormat)
    return `Expected the format of variant ${wrongFormat.name} to be source or one of ${ALL_OUTPUT_TYPES.join(", ")}, received ${describe(wrongFormat.format)}.`;
  const repeated = names.find((variant, index) => names.indexOf(variant) !== index);
  if (repeated) return `Expected variants of different names, received ${repeated} twice.`;
}

function isIntegerIn(value: unknown, min: number, max: number): boolean {
  return typeof value === "number" && Number.isInteger(value) && value >= min && value <= max;
}

function describe(value: unknown): string {
  if (typeof value === "function") return "a function";
  return value === undefined ? "nothing" : JSON.stringify(value);
}

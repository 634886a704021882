import type { Registration } from "./engine/registration.ts";
import type { Machine } from "./machine.ts";

/** Where resources are, as their ARNs say. */
export interface Place {
  readonly region: string;
  readonly accountId: string;
  /** Without a trailing slash: queue URLs start with it. */
  readonly queueEndpoint: string;
}

/** A resource that exists. */
export interface Deployed {
  readonly registration: Registration;
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** What the engine knows about one type of resource. */
export interface ResourceType<Inputs = never> {
  /**
   * What AWS would answer beside the inputs, without anything being made; deterministic.
   * @param name the resource's physical name
   */
  readonly outputs: (inputs: Inputs, place: Place, name: string) => { readonly id: string } & Record<string, unknown>;
  /** The input that carries the physical name, and how long AWS lets it be. */
  readonly name?: { readonly input: string; readonly maxLength: number };
  /** Why AWS would refuse to make it now, as a sentence; `undefined` if it would not. */
  readonly refuse?: (inputs: Inputs, deployed: readonly Deployed[], place: Place) => string | undefined;
  /** Makes it on this machine. Types without it have no effect here. */
  readonly make?: (inputs: Inputs, machine: Machine, outputs: Readonly<Record<string, unknown>>) => Promise<void>;
  /** Makes it as its inputs are now. What is made but can't be updated takes a new run of the machine. */
  readonly update?: (inputs: Inputs, machine: Machine, outputs: Readonly<Record<string, unknown>>) => Promise<void>;
}

/** Declares a type of resource; its inputs are typed by the parameter. */
export function resourceType<Inputs>(type: ResourceType<Inputs>): ResourceType {
  return type as ResourceType;
}

/** The resources of one type whose inputs are so. */
export function find(
  deployed: readonly Deployed[],
  type: string,
  inputs: Readonly<Record<string, unknown>> = {},
): Deployed[] {
  return deployed.filter(
    ({ registration }) =>
      registration.type === type &&
      Object.entries(inputs).every(([name, value]) => registration.inputs[name] === value),
  );
}

/** The first sentence of several checks. */
export function firstProblem(...problems: (string | false | undefined)[]): string | undefined {
  return problems.find((problem) => typeof problem === "string") || undefined;
}

/** A sentence if a value is not an integer of a range; `undefined` is AWS's default and always right. */
export function outside(name: string, value: number | undefined, min: number, max: number): string | undefined {
  if (value === undefined || (Number.isInteger(value) && value >= min && value <= max)) return undefined;
  return `Expected ${name} to be an integer from ${min} to ${max}, received ${value}.`;
}

import { createHash } from "node:crypto";
import { type Tags, tagProblems } from "../tags.ts";
import type { Created, Provider, Registration } from "./engine/registration.ts";
import type { Machine } from "./machine.ts";
import type { Deployed, Place } from "./resource-type.ts";
import { existingKey } from "./resource-types/kms.ts";
import { RESOURCE_TYPES } from "./resource-types.ts";

const GET_KEY = "aws:kms/getKey:getKey";

/**
 * The AWS provider on this machine: gives resources names and identities of AWS's shape, refuses what AWS would refuse, and,
 * given a machine, makes them.
 */
export class LocalProvider implements Provider {
  readonly #place: Place;
  readonly #machine: Machine | undefined;
  readonly #deployed: Deployed[] = [];

  constructor(place: Place, machine?: Machine) {
    this.#place = place;
    this.#machine = machine;
  }

  /** What was created so far, in that order. */
  get deployed(): readonly Deployed[] {
    return this.#deployed;
  }

  async create(registration: Registration): Promise<Created> {
    const { type, inputs } = registration;
    const resourceType = RESOURCE_TYPES[type];
    if (!resourceType)
      throw new Error(`Expected a resource type of ${Object.keys(RESOURCE_TYPES).join(", ")}, received ${type}.`);
    const name = physicalName(registration, resourceType.name);
    const named = resourceType.name ? { ...inputs, [resourceType.name.input]: name } : inputs;
    const refusal = tagRefusal(inputs.tags) ?? resourceType.refuse?.(named as never, this.#deployed, this.#place);
    if (refusal) throw new Error(refusal);
    const { id, ...computed } = resourceType.outputs(named as never, this.#place, name);
    const outputs = { ...withoutCode(named), ...computed, name: named.name ?? name, id };
    if (this.#machine) await resourceType.make?.(named as never, this.#machine, outputs);
    this.#deployed.push({ registration, outputs });
    return { id, outputs };
  }

  async invoke(token: string, inputs: Record<string, unknown> = {}): Promise<Record<string, unknown>> {
    if (token === GET_KEY) return this.#findKey(String(inputs.keyId));
    const answer = this.#functions()[token];
    if (!answer)
      throw new Error(
        `Expected a function of ${[GET_KEY, ...Object.keys(this.#functions())].join(", ")}, received ${token}.`,
      );
    return answer;
  }

  async #findKey(keyArn: string): Promise<Record<string, unknown>> {
    const key = existingKey(keyArn, this.#place);
    const { type, inputs } = key.registration;
    if (this.#machine) await RESOURCE_TYPES[type]?.make?.(inputs as never, this.#machine, key.outputs);
    this.#deployed.push(key);
    return key.outputs;
  }

  #functions(): Readonly<Record<string, Record<string, unknown>>> {
    const { accountId, region } = this.#place;
    return {
      "aws:index/getCallerIdentity:getCallerIdentity": {
        accountId,
        arn: `arn:aws:iam::${accountId}:root`,
        id: accountId,
        userId: accountId,
      },
      "aws:index/getRegion:getRegion": {
        id: region,
        name: region,
        region,
        description: region,
        endpoint: `ec2.${region}.amazonaws.com`,
      },
      "aws:index/getPartition:getPartition": {
        id: "aws",
        partition: "aws",
        dnsSuffix: "amazonaws.com",
        reverseDnsPrefix: "com.amazonaws",
      },
    };
  }
}

/** The name that the program chose, or one that Pulumi would make up, with a digest in place of random digits. */
function physicalName(
  { urn, name, inputs }: Registration,
  rule: { input: string; maxLength: number } = { input: "name", maxLength: 255 },
): string {
  const chosen = inputs[rule.input];
  const suffix = `-${createHash("sha256").update(urn).digest("hex").slice(0, 7)}`;
  const physical = typeof chosen === "string" ? chosen : `${name}${suffix}`;
  if (physical.length > rule.maxLength)
    throw new Error(`Expected a name of at most ${rule.maxLength} characters, received ${physical}.`);
  return physical;
}

/** Every service takes the same tags. */
function tagRefusal(tags: unknown = {}): string | undefined {
  return tagProblems(tags as Tags)[0];
}

/** A program never reads code back. */
function withoutCode({ code: _, ...inputs }: Record<string, unknown>): Record<string, unknown> {
  return inputs;
}

/** A KMS key that something is encrypted with. */
export interface Key {
  readonly arn: string;
  /** Whether AWS manages it: its policy lets everyone of the account in who may use the resource, and no service. */
  readonly managedByAws: boolean;
}

/** Names of keys that AWS manages, one for each service. */
const MANAGED = /(?:^|:)alias\/aws\/[a-z0-9]+$/;

/** Which key each bucket, topic and queue is encrypted with. */
export class Keys {
  /** ARNs by all that a key goes by: its ID, ARN, and aliases. */
  readonly #arns = new Map<string, string>();
  /** What each resource's key goes by, as it was said. */
  readonly #encrypted = new Map<string, string>();

  name(name: string, keyArn: string): void {
    this.#arns.set(name, keyArn);
  }

  /** @param name what the key goes by; `undefined` for none */
  encrypt(resourceArn: string, name: string | undefined): void {
    if (name === undefined) this.#encrypted.delete(resourceArn);
    else this.#encrypted.set(resourceArn, name);
  }

  /** The key of a resource, if it has one; throws if that key is not there. */
  of(resourceArn: string): Key | undefined {
    const name = this.#encrypted.get(resourceArn);
    if (name === undefined) return undefined;
    if (isManagedByAws(name)) return { arn: name, managedByAws: true };
    return { arn: this.arnOf(name), managedByAws: false };
  }

  /** The ARN of a key that is there; throws if it is not. */
  arnOf(name: string): string {
    const arn = this.#arns.get(name);
    if (arn === undefined) throw new Error(`Expected a key that exists, received ${name}.`);
    return arn;
  }
}

/** Whether a key goes by the name of one that AWS manages: `alias/aws/sqs`. */
export function isManagedByAws(name: string): boolean {
  return MANAGED.test(name);
}

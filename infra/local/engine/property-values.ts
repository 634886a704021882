import { resolve } from "node:path";

/**
 * How Pulumi writes what JSON has no word for: an object with this key names its kind
 * (https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/properties.go).
 */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const ARCHIVE = "0def7320c3a5731c473e5ecbe6d01bc7";

/** Stands for a secret wherever inputs are shown. */
const REDACTED = "[secret]";

/** A folder whose content becomes a function's or a layer's code. */
export class Archive {
  /** Absolute. */
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }
}

/**
 * A property's value as a provider sees it: secrets unwrapped, archives as `Archive`.
 * @param folder what archives' paths are relative to: where the program runs
 */
export function decodeProperty(value: unknown, folder: string): unknown {
  return decode(value, folder, (secret) => decodeProperty(secret, folder));
}

/** A property's value as people may see it: secrets redacted. */
export function redactProperty(value: unknown, folder: string): unknown {
  return decode(value, folder, () => REDACTED);
}

function decode(value: unknown, folder: string, ofSecret: (secret: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => decode(item, folder, ofSecret));
  if (typeof value !== "object" || value === null) return value;
  const object = value as Record<string, unknown>;
  switch (object[SIGNATURE]) {
    case undefined:
      return Object.fromEntries(Object.entries(object).map(([name, item]) => [name, decode(item, folder, ofSecret)]));
    case SECRET:
      return ofSecret(object.value);
    case ARCHIVE:
      return new Archive(resolve(folder, String(object.path)));
    default:
      throw new TypeError(`Expected a plain value, a secret or a file archive, received ${JSON.stringify(value)}.`);
  }
}

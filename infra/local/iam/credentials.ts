import { createHash } from "node:crypto";
import { principalName, type RoleSession } from "./principal.ts";

/** What an AWS SDK client signs with. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/** The variables in which Lambda gives a function its credentials. */
export function credentialVariables({ accessKeyId, secretAccessKey, sessionToken }: Credentials) {
  return {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  };
}

const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/**
 * The credentials of a role that a function has taken, of the shape of STS's (`ASIA` and 16 characters,
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html). They are always the same for the same function:
 * they tell callers of this machine apart, and keep nobody out.
 */
export function credentialsOf(session: RoleSession): Credentials {
  const digest = createHash("sha512").update(principalName(session)).digest();
  const key = [...digest.subarray(0, 16)].map((byte) => BASE32[byte % BASE32.length]).join("");
  return {
    accessKeyId: `ASIA${key}`,
    secretAccessKey: digest.subarray(16, 46).toString("base64"),
    sessionToken: digest.toString("base64"),
  };
}

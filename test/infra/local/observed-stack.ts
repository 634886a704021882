import { setTimeout } from "node:timers/promises";
import { DeleteObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import type { AccessDecision } from "../../../infra/local/iam/access-control.ts";
import { type KeyResult, watchPublished } from "../../../infra/local/results.ts";
import { type FixtureName, fixture } from "../../support/fixtures.ts";
import { deployCopy } from "../../support/local-stack.ts";
import type { ProjectCopy } from "../../support/project-copy.ts";

/** A stack on this machine whose results and denials can be waited for. */
export interface ObservedStack extends Awaited<ReturnType<typeof deployCopy>> {
  upload(key: string, of: FixtureName): Promise<unknown>;
  remove(key: string): Promise<unknown>;
  /** Resolves when as many results of a key have come as there are workers, with their status or code. */
  ends(key: string): Promise<string[]>;
  /** Resolves with the first denial of this kind since the stack is up. */
  denial(isMeant: (decision: AccessDecision) => boolean): Promise<AccessDecision>;
  /** Resolves once there was such a call, allowed or not. */
  call(isMeant: (decision: AccessDecision) => boolean): Promise<AccessDecision>;
}

const POLL_MS = 10;

/** @param onDenied told of each denial; what it throws is thrown to whoever waits */
export async function observeStack(
  onDenied: (decision: AccessDecision) => void,
  change?: (project: ProjectCopy) => Promise<void>,
): Promise<ObservedStack> {
  const denials: AccessDecision[] = [];
  const problems: unknown[] = [];
  const results: KeyResult[] = [];
  const local = await deployCopy(change, {
    recordCalls: true,
    onDenied: (decision) => {
      denials.push(decision);
      try {
        onDenied(decision);
      } catch (problem) {
        problems.push(problem);
      }
    },
  });
  const { machine, uploadsBucket: Bucket, workers } = local.stack;
  const s3 = new S3Client({ ...machine.clientSettings, forcePathStyle: true });
  const stopWatching = await watchPublished(local.stack, (result) => results.push(result));

  const until = async <Found>(find: () => Found | undefined): Promise<Found> => {
    for (;;) {
      if (problems.length > 0) throw problems[0];
      const found = find();
      if (found !== undefined) return found;
      await setTimeout(POLL_MS);
    }
  };

  return {
    ...local,
    upload: async (Key, of) => s3.send(new PutObjectCommand({ Bucket, Key, Body: await fixture(of) })),
    remove: (Key) => s3.send(new DeleteObjectCommand({ Bucket, Key })),
    ends: (key) =>
      until(() => {
        const ends = results.filter((result) => result.key === key);
        if (ends.length < workers.length) return undefined;
        results.splice(0, results.length, ...results.filter((result) => result.key !== key));
        return ends.map((end) => (end.status === "published" ? end.result.status : end.code));
      }),
    denial: (isMeant) => until(() => denials.find(isMeant)),
    call: (isMeant) => until(() => machine.calls.find(isMeant)),
    [Symbol.asyncDispose]: async () => {
      await stopWatching();
      s3.destroy();
      await local[Symbol.asyncDispose]();
    },
  };
}

import { setTimeout } from "node:timers/promises";
import { DeleteObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import type { AccessDecision } from "../../../infra/local/iam/access-control.ts";
import { type KeyResult, watchPublished } from "../../../infra/local/results.ts";
import { type FixtureName, fixture } from "../../support/fixtures.ts";
import { deployCopy } from "../../support/local-stack.ts";
import type { ProjectCopy } from "../../support/project-copy.ts";
import { configure, type StackConfig } from "../../support/stack-config.ts";
import { workerRoles } from "./deployed-policies.ts";

export interface ObservedStackOptions {
  /** What the stack sets beside what the project's own one does. */
  readonly config?: StackConfig;
  readonly change?: (project: ProjectCopy) => Promise<void>;
  /** Told of each denial; what it throws is thrown to whoever waits. */
  readonly onDenied?: (decision: AccessDecision) => void;
}

/** A stack on this machine whose results and denials can be waited for. Keys are those below where its uploads are. */
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

export async function observeStack({
  config = {},
  change = async () => {},
  onDenied = () => {},
}: ObservedStackOptions = {}): Promise<ObservedStack> {
  const denials: AccessDecision[] = [];
  const problems: unknown[] = [];
  const results: KeyResult[] = [];
  const prepare = async (project: ProjectCopy) => {
    await configure(project, config);
    await change(project);
  };
  const local = await deployCopy(prepare, {
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
  const prefix = workerRoles(local.stack)[0]?.allUploads.slice(`arn:aws:s3:::${Bucket}/`.length) ?? "";
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
    upload: async (key, of) => s3.send(new PutObjectCommand({ Bucket, Key: prefix + key, Body: await fixture(of) })),
    remove: (key) => s3.send(new DeleteObjectCommand({ Bucket, Key: prefix + key })),
    ends: (key) =>
      until(() => {
        const ends = results.filter((result) => result.key === prefix + key);
        if (ends.length < workers.length) return undefined;
        results.splice(0, results.length, ...results.filter((result) => !ends.includes(result)));
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

import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fixture } from "../../support/fixtures.ts";
import { deployCopy, type LocalStack } from "../../support/local-stack.ts";
import { configure } from "../../support/stack-config.ts";
import { copyToUploads, endsOf, outputKeys } from "./feed-back.ts";

const WORKER = "thumbnail";

describe("a worker whose outputs lie among its uploads, though its configuration, its role and its own settings rule that out,", () => {
  let local: LocalStack;

  beforeAll(async () => {
    local = await deployCopy(async (project) => {
      const transforms = join(project.folder, "transforms");
      const others = (await readdir(transforms)).filter((file) => file !== `${WORKER}.ts`);
      for (const file of others) await rm(join(transforms, file));
      await configure(project, { buckets: { layout: "one", uploadsPrefix: "in/", outputsPrefix: "in/made/" } });
      await project.replace("infra/config/bucket-places.ts", "if (shared &&", "if (false &&");
      await project.replace("infra/policies/worker-policy.ts", '["s3:Put*", "s3:Delete*"]', '["s3:PutBucketAcl"]');
      await project.replace("runtime/refusal.ts", "key.startsWith(outputsPrefix)", "false");
    });
  });
  afterAll(() => local[Symbol.asyncDispose]());

  it("works on an upload, and not on what it made of it", async () => {
    const { stack } = local;

    const ends = await endsOf(stack, async ({ s3 }) => {
      const upload = { Bucket: stack.uploadsBucket, Key: "in/photo.jpg", Body: await fixture("jpeg-orientation-6") };
      await s3.send(new PutObjectCommand(upload));
    });

    expect(ends).toEqual({ ends: { OUTPUT_AS_UPLOAD: 1, done: 1 }, deadLetters: 0 });
  });

  it("works on a copy that has lost its metadata as on any upload, and not on what it made of that", async () => {
    const { stack } = local;

    const ends = await endsOf(stack, async ({ s3 }) => {
      const [key = ""] = await outputKeys(stack, s3);
      await copyToUploads(stack, s3, { key, metadata: "REPLACE" });
    });

    expect(ends).toEqual({ ends: { OUTPUT_AS_UPLOAD: 1, done: 1 }, deadLetters: 0 });
  });
});

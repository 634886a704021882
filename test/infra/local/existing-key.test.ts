import { expect, it } from "vitest";
import { plan } from "../../../infra/local/plan.ts";
import { copyProject } from "../../support/project-copy.ts";

const KEY = "arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";

const PROGRAM = `
import * as aws from "@pulumi/aws";
import { Encryption, queueEncryption } from "./encryption.ts";

const encryption = new Encryption("encryption", { keyArn: "${KEY}", uses: [], protect: true });
new aws.sqs.Queue("queue", queueEncryption(encryption));
`;

it("a program that names an existing key finds it on this machine, and makes none", async () => {
  await using project = await copyProject();
  await project.write("infra/index.ts", PROGRAM);

  const resources = await plan(project.folder, "dev");

  expect(resources.map(({ type }) => type).sort()).toEqual([
    "aws:sqs/queue:Queue",
    "image-machine:infra:Encryption",
    "pulumi:pulumi:Stack",
  ]);
  expect(resources.find(({ type }) => type === "aws:sqs/queue:Queue")?.inputs).toEqual({
    kmsMasterKeyId: KEY,
    kmsDataKeyReusePeriodSeconds: 300,
  });
});

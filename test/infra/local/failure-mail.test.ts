import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { describe, expect, it } from "vitest";
import { fixture } from "../../support/fixtures.ts";
import { deployCopy, type LocalStack } from "../../support/local-stack.ts";
import { createMailFolder, type MailFolder } from "../../support/mail-folder.ts";
import type { ProjectCopy } from "../../support/project-copy.ts";

const WORKERS = ["pixelate", "resize", "rotate", "thumbnail"];

/** Deploys the project with mail on failures as these settings ask for it. */
async function deployWithMail(settings: object, mailFolder: MailFolder): Promise<LocalStack> {
  const change = async (project: ProjectCopy) => {
    await project.replace(
      "infra/index.ts",
      "export const resultsTopicArn",
      `const code = await bundleNotifier();
      new FailureMail("mail-under-test", { ...${JSON.stringify(settings)}, results, stack, code } as never);
      export const resultsTopicArn`,
    );
    await project.replace(
      "infra/index.ts",
      "import { join",
      `import { FailureMail } from "./failure-mail.ts";
      import { bundleNotifier } from "./function-code.ts";
      import { join`,
    );
  };
  return deployCopy(change, { mailFolder: mailFolder.path });
}

/** Uploads a photo and a broken one, and waits until all is done. */
async function uploadBoth({ machine, uploadsBucket: Bucket }: LocalStack["stack"]): Promise<void> {
  const s3 = new S3Client({ ...machine.clientSettings, forcePathStyle: true });
  await s3.send(new PutObjectCommand({ Bucket, Key: "photo.jpg", Body: await fixture("jpeg") }));
  await s3.send(new PutObjectCommand({ Bucket, Key: "brøken & <b>.jpg", Body: await fixture("jpeg-truncated") }));
  s3.destroy();
  expect(await machine.settled({ seconds: 20 })).toBe(true);
}

describe("mail on failures", () => {
  it("comes by SNS to each address, for each result that is a failure", async () => {
    await using folder = await createMailFolder();
    const settings = { by: "sns", to: ["ops@example.com", "dev@example.com"], from: "", windowSeconds: 60 };
    await using local = await deployWithMail(settings, folder);

    await uploadBoth(local.stack);
    const mails = await folder.mails();

    const told = mails.map(({ to, text }) => {
      const { worker, status, code } = JSON.parse(text?.split("\n")[0] ?? "");
      return { to: to?.[0]?.address, worker, status, code };
    });
    expect(told).toHaveLength(2 * WORKERS.length);
    expect(told).toEqual(
      expect.arrayContaining(
        WORKERS.flatMap((worker) =>
          settings.to.map((to) => ({ to, worker, status: "failed", code: "SOURCE_CORRUPT" })),
        ),
      ),
    );
  });

  it("comes by SES in one mail to all addresses, for all failures of some time", async () => {
    await using folder = await createMailFolder();
    const settings = {
      by: "ses",
      to: ["ops@example.com", "dev@example.org"],
      from: "images@example.com",
      windowSeconds: 60,
    };
    await using local = await deployWithMail(settings, folder);

    await uploadBoth(local.stack);
    const [mail, ...others] = await folder.mails();

    expect(others).toEqual([]);
    expect(mail).toMatchObject({
      from: { address: "images@example.com" },
      to: [{ address: "ops@example.com" }, { address: "dev@example.org" }],
      subject: "4 failures in image-machine-dev: 4 SOURCE_CORRUPT",
    });
    for (const worker of WORKERS)
      expect(mail?.text).toContain(`${worker}  brøken & <b>.jpg  SOURCE_CORRUPT\n    Expected bytes`);
    expect(mail?.html).toContain("<td>thumbnail</td><td>brøken &amp; &lt;b&gt;.jpg</td><td>SOURCE_CORRUPT</td>");
  });
});

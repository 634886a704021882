import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { text } from "node:stream/consumers";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { describe, expect, it } from "vitest";
import { fixture } from "../../support/fixtures.ts";
import { deployCopy } from "../../support/local-stack.ts";
import { createMailFolder, readMails } from "../../support/mail-folder.ts";
import { copyProject, type ProjectCopy } from "../../support/project-copy.ts";

const WORKERS = ["pixelate", "resize", "rotate", "thumbnail"];
const TO = ["ops@example.com", "dev@mail.example.org"];

/** Has a project's stack send mail on failures as these settings ask for it. */
async function mailFailures(project: ProjectCopy, settings: object): Promise<void> {
  await project.replace(
    "infra/index.ts",
    "export const resultsTopicArn",
    `const codeUnderTest = await bundleNotifierUnderTest();
    new FailureMailUnderTest("mail-under-test", { ...${JSON.stringify(settings)}, results, stack, code: codeUnderTest } as never);
    export const resultsTopicArn`,
  );
  await project.replace(
    "infra/index.ts",
    "import { join",
    `import { FailureMail as FailureMailUnderTest } from "./failure-mail.ts";
    import { bundleNotifier as bundleNotifierUnderTest } from "./function-code.ts";
    import { join`,
  );
}

describe("mail on failures", () => {
  it("comes by SNS to each address, for each result that is a failure", async () => {
    await using folder = await createMailFolder();
    const settings = { by: "sns", to: TO, from: "", windowSeconds: 60 };
    await using local = await deployCopy((project) => mailFailures(project, settings), { mailFolder: folder.path });
    const { machine, uploadsBucket: Bucket } = local.stack;
    const s3 = new S3Client({ ...machine.clientSettings, forcePathStyle: true });
    await s3.send(new PutObjectCommand({ Bucket, Key: "photo.jpg", Body: await fixture("jpeg") }));
    await s3.send(new PutObjectCommand({ Bucket, Key: "broken.jpg", Body: await fixture("jpeg-truncated") }));
    s3.destroy();

    const settled = await machine.settled({ seconds: 20 });
    const mails = await folder.mails();

    const told = mails.map(({ to, text }) => {
      const { worker, status, code } = JSON.parse(text?.split("\n")[0] ?? "");
      return [to?.[0]?.address, worker, status, code].join(" ");
    });
    expect(settled).toBe(true);
    expect(told.toSorted()).toEqual(
      WORKERS.flatMap((worker) => TO.map((to) => `${to} ${worker} failed SOURCE_CORRUPT`)).toSorted(),
    );
  });

  it("comes by SES in one mail to all, before npm start with files ends", async () => {
    await using project = await copyProject();
    await mailFailures(project, { by: "ses", to: TO, from: "images@example.com", windowSeconds: 60 });
    const folder = await mkdtemp(join(tmpdir(), "files-"));
    const name = "brøken & <b>.jpg";
    await writeFile(join(folder, name), await fixture("jpeg-truncated"));

    const child = spawn(process.execPath, [join(project.folder, "infra/local/start-command.ts"), name], {
      cwd: project.folder,
      env: { ...process.env, INIT_CWD: folder },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
    const mailLines = output.split("\n").filter((line) => line.startsWith("mail "));
    const mails = await readMails(join(project.folder, ".image-machine", "mail"));
    await rm(folder, { recursive: true });

    expect(errors).not.toMatch(/AccessDenied|still on their way/);
    expect(mailLines).toHaveLength(1);
    expect(basename(mailLines[0] ?? "")).toMatch(/Z-1-4-failures-in-image-machine-dev-4-source-corrupt\.eml$/);
    expect(mails).toEqual([
      expect.objectContaining({
        from: { address: "images@example.com", name: "" },
        to: TO.map((address) => ({ address, name: "" })),
        subject: "4 failures in image-machine-dev: 4 SOURCE_CORRUPT",
      }),
    ]);
    for (const worker of WORKERS) expect(mails[0]?.text).toContain(`${worker}  ${name}  SOURCE_CORRUPT\n    Expected`);
    expect(mails[0]?.html).toContain("<td>thumbnail</td><td>brøken &amp; &lt;b&gt;.jpg</td><td>SOURCE_CORRUPT</td>");
  });
});

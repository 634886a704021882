import { readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  CreateEmailIdentityCommand,
  SESv2Client,
  SendEmailCommand,
  type SendEmailCommandInput,
} from "@aws-sdk/client-sesv2";
import { PublishCommand, SubscribeCommand } from "@aws-sdk/client-sns";
import { describe, expect, it, onTestFinished } from "vitest";
import { createMailFolder } from "../../../support/mail-folder.ts";
import { type EmulatedCloud, startEmulatedCloud } from "./emulated-cloud.ts";

const SUBJECT = "3 Fehler – 猫 🐈, und noch viel mehr Text, als in eine Zeile von achtundsiebzig Zeichen passt";
const TEXT = `Größe 猫 🐈\n.\nFrom here ${"long ".repeat(300)}\n`;
const MAIL = {
  FromEmailAddress: "images@example.com",
  Destination: { ToAddresses: ["ops@example.com"], CcAddresses: ["cc@example.com"], BccAddresses: ["bcc@example.com"] },
  ReplyToAddresses: ["reply@example.com"],
  Content: {
    Simple: {
      Subject: { Data: SUBJECT, Charset: "UTF-8" },
      Body: { Text: { Data: TEXT, Charset: "UTF-8" }, Html: { Data: "<p>Größe</p>", Charset: "UTF-8" } },
    },
  },
} as const satisfies SendEmailCommandInput;

function sesOf({ emulator }: EmulatedCloud): SESv2Client {
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const client = new SESv2Client({ endpoint: emulator.endpoint, region: emulator.region, credentials, maxAttempts: 1 });
  onTestFinished(() => client.destroy());
  return client;
}

describe("mail by SES", () => {
  it("is a file that a mail program reads as it was sent", async () => {
    await using folder = await createMailFolder();
    await using cloud = await startEmulatedCloud({ mail: { folder: folder.path } });

    const { MessageId } = await sesOf(cloud).send(new SendEmailCommand(MAIL));
    const mails = await folder.mails();

    expect(mails).toEqual([
      expect.objectContaining({
        from: { address: "images@example.com", name: "" },
        to: [{ address: "ops@example.com", name: "" }],
        cc: [{ address: "cc@example.com", name: "" }],
        bcc: [{ address: "bcc@example.com", name: "" }],
        replyTo: [{ address: "reply@example.com", name: "" }],
        subject: SUBJECT,
        messageId: `<${MessageId}@localhost>`,
        // A mail ends a line more.
        text: `${TEXT}\n`,
        html: expect.stringMatching(/^<p>Größe<\/p>\s*$/),
      }),
    ]);
    expect(Math.abs(Date.parse(mails[0]?.date ?? "") - Date.now())).toBeLessThan(60_000);
  });

  it("keeps to what RFC 5322 allows: ASCII, in lines of at most 998 characters that end with CRLF", async () => {
    await using folder = await createMailFolder();
    await using cloud = await startEmulatedCloud({ mail: { folder: folder.path } });

    await sesOf(cloud).send(new SendEmailCommand(MAIL));
    const [name = ""] = await folder.files();
    const bytes = await readFile(join(folder.path, name), "latin1");

    expect(bytes).toMatch(/^[\x20-\x7e\t\r\n]*$/);
    expect(bytes.replaceAll("\r\n", "")).not.toMatch(/[\r\n]/);
    expect(Math.max(...bytes.split("\r\n").map(({ length }) => length))).toBeLessThanOrEqual(998);
  });

  it("has a name that tells when it came, in which order, and about what", async () => {
    await using folder = await createMailFolder();
    const told: string[] = [];
    await using cloud = await startEmulatedCloud({ mail: { folder: folder.path, onMail: (file) => told.push(file) } });
    const ses = sesOf(cloud);
    const about = (Data: string) =>
      ses.send(new SendEmailCommand({ ...MAIL, Content: { Simple: { ...MAIL.Content.Simple, Subject: { Data } } } }));

    await about("../2 failures in image-machine-dev: SOURCE_CORRUPT");
    await about("…");

    const files = await folder.files();
    expect(files).toEqual([
      expect.stringMatching(
        /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d-\d{3}Z-1-2-failures-in-image-machine-dev-source-corrupt\.eml$/,
      ),
      expect.stringMatching(/Z-2-no-subject\.eml$/),
    ]);
    expect(told).toEqual(files.map((file) => join(folder.path, file)));
  });

  it("is dropped without a folder", async () => {
    await using cloud = await startEmulatedCloud();

    const { MessageId } = await sesOf(cloud).send(new SendEmailCommand(MAIL));

    expect(MessageId).toMatch(/^[0-9a-f-]{36}$/);
  });

  const { Destination, Content, ...others } = MAIL;
  it.each<[string, unknown, string, RegExp]>([
    ["nobody", { ...others, Content, Destination: {} }, "BadRequestException", /Expected a recipient/],
    [
      "more than fifty",
      { ...MAIL, Destination: { ToAddresses: Array(51).fill("a@example.com") } },
      "BadRequestException",
      /Recipient count exceeds 50/,
    ],
    [
      "what is no address",
      { ...MAIL, Destination: { ToAddresses: ["ops"] } },
      "BadRequestException",
      /Expected an e-mail address in ToAddresses, received "ops"/,
    ],
    [
      "two lines as a subject",
      { ...MAIL, Content: { Simple: { ...Content.Simple, Subject: { Data: "a\nBcc: b@example.com" } } } },
      "BadRequestException",
      /subject of one line/,
    ],
    [
      "no body",
      { ...MAIL, Content: { Simple: { ...Content.Simple, Body: {} } } },
      "BadRequestException",
      /Expected a body/,
    ],
    ["nothing", { ...others, Destination, Content: {} }, "BadRequestException", /Content.Simple to be an object/],
    [
      "a name beside an address",
      { ...MAIL, FromEmailAddress: "Images <images@example.com>" },
      "NotImplemented",
      /names of people/,
    ],
    ["a template", { ...MAIL, Content: { Template: { TemplateName: "t" } } }, "NotImplemented", /field Template/],
    ["a configuration set", { ...MAIL, ConfigurationSetName: "c" }, "NotImplemented", /field ConfigurationSetName/],
  ])("is refused to be sent with %s", async (_, input, name, message) => {
    await using folder = await createMailFolder();
    await using cloud = await startEmulatedCloud({ mail: { folder: folder.path } });

    const sending = sesOf(cloud).send(new SendEmailCommand(input as SendEmailCommandInput));

    await expect(sending).rejects.toMatchObject({ name, message: expect.stringMatching(message) });
    expect(await folder.files()).toEqual([]);
  });

  it("is all that is known of SES", async () => {
    await using cloud = await startEmulatedCloud();

    const creating = sesOf(cloud).send(new CreateEmailIdentityCommand({ EmailIdentity: "example.com" }));

    await expect(creating).rejects.toMatchObject({ $metadata: { httpStatusCode: 501 } });
  });

  it("is not sent with a request to another service", async () => {
    await using folder = await createMailFolder();
    await using cloud = await startEmulatedCloud({ mail: { folder: folder.path } });

    const { status } = await fetch(`${cloud.emulator.endpoint}/v2/email/outbound-emails`, {
      method: "POST",
      headers: { authorization: "AWS4-HMAC-SHA256 Credential=local/20261130/us-east-1/s3/aws4_request" },
      body: JSON.stringify(MAIL),
    });

    expect(status).toBe(501);
    expect(await folder.files()).toEqual([]);
  });
});

describe("mail by SNS", () => {
  it("tells a subscribed address of each message that passes its filter, in SNS's own words", async () => {
    await using folder = await createMailFolder();
    await using cloud = await startEmulatedCloud({ mail: { folder: folder.path } });
    const TopicArn = await cloud.emulator.createTopic("results");
    const filterPolicy = JSON.stringify({ status: ["failed"] });
    await cloud.emulator.subscribe({ topicArn: TopicArn, address: "ops@example.com", filterPolicy });
    const publish = (Message: string, status: string, Subject?: string) =>
      cloud.sns.send(
        new PublishCommand({
          TopicArn,
          Message,
          Subject,
          MessageAttributes: { status: { DataType: "String", StringValue: status } },
        }),
      );

    await publish('{"key":"ü 猫.png"}', "failed");
    await publish("{}", "done");
    await publish("{}", "failed", "An image failed");
    const mails = await folder.mails();

    expect(mails.map(({ from, to, subject }) => ({ from, to, subject }))).toEqual(
      ["AWS Notification Message", "An image failed"].map((subject) => ({
        from: { address: "no-reply@sns.amazonaws.com", name: "AWS Notifications" },
        to: [{ address: "ops@example.com", name: "" }],
        subject,
      })),
    );
    expect(mails[0]?.text).toMatch(/^\{"key":"ü 猫.png"\}\n\n--\nIf you wish to stop receiving notifications/);
  });

  it("is subscribed to by clients too", async () => {
    await using folder = await createMailFolder();
    await using cloud = await startEmulatedCloud({ mail: { folder: folder.path } });
    const TopicArn = await cloud.emulator.createTopic("alarms");

    await cloud.sns.send(new SubscribeCommand({ TopicArn, Protocol: "email", Endpoint: "ops@example.com" }));
    await cloud.sns.send(new SubscribeCommand({ TopicArn, Protocol: "email", Endpoint: "ops@example.com" }));
    await cloud.sns.send(new PublishCommand({ TopicArn, Message: "It burns." }));

    expect(await folder.files()).toHaveLength(1);
  });

  it.each([
    ["what is no address", { Endpoint: "ops" }, "InvalidParameterException", /Email address/],
    [
      "raw delivery",
      { Attributes: { RawMessageDelivery: "true" } },
      "InvalidParameterException",
      /does not support raw message delivery/,
    ],
    ["dead letters", { Attributes: { RedrivePolicy: "{}" } }, "NotImplemented", /dead letters of mail/],
  ])("is not subscribed to with %s", async (_, input, name, message) => {
    await using cloud = await startEmulatedCloud();
    const TopicArn = await cloud.emulator.createTopic("alarms");

    const subscribing = cloud.sns.send(
      new SubscribeCommand({ TopicArn, Protocol: "email", Endpoint: "ops@example.com", ...input }),
    );

    await expect(subscribing).rejects.toMatchObject({ name, message: expect.stringMatching(message) });
  });
});

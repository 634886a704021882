import { type SESv2Client, SendEmailCommand } from "@aws-sdk/client-sesv2";
import type { Mail } from "./digest.ts";
import type { NotifierSettings } from "./settings.ts";

/** What takes mail to people. */
export interface Mailer {
  /** Throws if the mail was not taken. */
  send(mail: Mail): Promise<void>;
}

/** Sends through SES, which encodes subject and body itself. */
export class SesMailer implements Mailer {
  readonly #client: SESv2Client;
  readonly #settings: Pick<NotifierSettings, "from" | "to">;

  constructor(client: SESv2Client, settings: Pick<NotifierSettings, "from" | "to">) {
    this.#client = client;
    this.#settings = settings;
  }

  async send({ subject, text, html }: Mail): Promise<void> {
    const { from, to } = this.#settings;
    await this.#client.send(
      new SendEmailCommand({
        FromEmailAddress: from,
        Destination: { ToAddresses: [...to] },
        Content: { Simple: { Subject: utf8(subject), Body: { Text: utf8(text), Html: utf8(html) } } },
      }),
    );
  }
}

function utf8(Data: string) {
  return { Data, Charset: "UTF-8" };
}

import { AwsError, notImplemented } from "./aws-error.ts";
import { isObject, parseJson } from "./json.ts";
import type { OutgoingMail } from "./mail-box.ts";

/** https://docs.aws.amazon.com/ses/latest/dg/quotas.html */
const MAX_RECIPIENTS = 50;

/**
 * Reads a request of SES's SendEmail. Throws what SES answers to one that it refuses, and names what is unknown here.
 * https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html
 */
export function readMailRequest(body: unknown): OutgoingMail {
  const { FromEmailAddress, Destination, ReplyToAddresses, Content, ...others } = fields(body, "request");
  const { ToAddresses, CcAddresses, BccAddresses, ...otherLists } = fields(Destination ?? {}, "Destination");
  const { Simple, ...otherContents } = fields(Content, "Content");
  refuseOthers({ ...others, ...otherLists, ...otherContents });
  const { Subject, Body, ...otherParts } = fields(Simple, "Content.Simple");
  const { Text, Html, ...otherBodies } = fields(Body, "Content.Simple.Body");
  refuseOthers({ ...otherParts, ...otherBodies });
  const mail = {
    from: address(FromEmailAddress, "FromEmailAddress"),
    to: addresses(ToAddresses, "ToAddresses"),
    cc: addresses(CcAddresses, "CcAddresses"),
    bcc: addresses(BccAddresses, "BccAddresses"),
    replyTo: addresses(ReplyToAddresses, "ReplyToAddresses"),
    subject: text(Subject, "Subject"),
    text: Text === undefined ? undefined : text(Text, "Text"),
    html: Html === undefined ? undefined : text(Html, "Html"),
  };
  const count = recipientsOf(mail).length;
  if (count === 0) throw refusal("Expected a recipient, received none.");
  if (count > MAX_RECIPIENTS) throw refusal(`Recipient count exceeds ${MAX_RECIPIENTS}.`);
  if (/[\r\n]/.test(mail.subject)) throw refusal("Expected a subject of one line.");
  if (mail.text === undefined && mail.html === undefined) throw refusal("Expected a body, received none.");
  return mail;
}

/** Everyone whom a mail is for. */
export function recipientsOf({ to, cc = [], bcc = [] }: OutgoingMail): string[] {
  return [...to, ...cc, ...bcc];
}

/** A request's body, which comes as bytes whatever its type. */
export function mailBody(body: unknown): unknown {
  return Buffer.isBuffer(body) ? parseJson(body.toString()) : body;
}

function fields(value: unknown, name: string): Record<string, unknown> {
  if (isObject(value)) return value;
  throw refusal(`Expected ${name} to be an object, received ${JSON.stringify(value)}.`);
}

function refuseOthers(others: object): void {
  const [other] = Object.keys(others);
  if (other !== undefined) throw notImplemented(`the field ${other} of SendEmail`);
}

function text(value: unknown, name: string): string {
  const { Data, Charset = "UTF-8", ...others } = fields(value, name);
  refuseOthers(others);
  if (Charset !== "UTF-8") throw notImplemented(`the character set ${Charset}`);
  if (typeof Data === "string") return Data;
  throw refusal(`Expected ${name}.Data to be a text, received ${JSON.stringify(Data)}.`);
}

function addresses(value: unknown, name: string): string[] {
  if (value === undefined) return [];
  if (Array.isArray(value)) return value.map((entry: unknown) => address(entry, name));
  throw refusal(`Expected ${name} to be a list, received ${JSON.stringify(value)}.`);
}

function address(value: unknown, name: string): string {
  if (typeof value === "string" && value.endsWith(">")) throw notImplemented("names of people beside their addresses");
  if (typeof value === "string" && /^[^\s@<>,;]+@[^\s@<>,;]+$/.test(value)) return value;
  throw refusal(`Expected an e-mail address in ${name}, received ${JSON.stringify(value)}.`);
}

function refusal(message: string): AwsError {
  return new AwsError("BadRequestException", message, 400);
}

/** Characters that SQS and SNS refuse in attributes: controls but white space, lone surrogates, non-characters. */
const UNSENDABLE = /[\p{Cc}--[\t\n\r]]|\p{Cs}|[\ufffe\uffff]/gv;

/** Longer texts are cut: all attributes together count towards a message's size. */
const MAX_LENGTH = 1000;

/** Texts as the message attributes of SQS and SNS, which take no empty ones and not every character. */
export function messageAttributes(texts: Readonly<Record<string, string>>) {
  return Object.fromEntries(
    Object.entries(texts).map(([name, text]) => [name, { DataType: "String", StringValue: sendable(text) }]),
  );
}

function sendable(text: string): string {
  return text.slice(0, MAX_LENGTH).replace(UNSENDABLE, "\ufffd") || "No text.";
}

import { randomUUID } from "node:crypto";
import { isObject } from "./json.ts";
import { escapeXml } from "./xml.ts";

/** How the entries of lists are called in XML. */
const ENTRIES: Readonly<Record<string, string>> = {
  QueueUrls: "QueueUrl",
  queueUrls: "QueueUrl",
  Messages: "Message",
  Failed: "BatchResultErrorEntry",
};
/** How the entries of maps are called in XML, and what is in them. */
const MAPS: Readonly<Record<string, readonly [entry: string, name: string]>> = {
  Attributes: ["Attribute", "Name"],
  MessageAttributes: ["MessageAttribute", "Name"],
  Tags: ["Tag", "Key"],
};

/** An answer of SQS's JSON protocol, as its Query protocol has it. */
export function sqsQueryAnswer(action: string, answer: unknown): string {
  const result = isObject(answer) ? contentOf(answer, `${action}ResultEntry`) : "";
  const metadata = `<ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata>`;
  return `<${action}Response><${action}Result>${result}</${action}Result>${metadata}</${action}Response>`;
}

/** @param queryError the code that clients of the Query protocol know, and whose fault it is: `Code;Sender` */
export function sqsQueryError(answer: unknown, queryError: string): string {
  const { __type = "InternalError", message = "" } = isObject(answer) ? answer : {};
  const [code = "", type = "Sender"] = queryError.split(";");
  const shown = code || (String(__type).split("#").at(-1) ?? "");
  const error = `<Type>${type}</Type><Code>${escapeXml(shown)}</Code><Message>${escapeXml(String(message))}</Message>`;
  return `<ErrorResponse><Error>${error}</Error><RequestId>${randomUUID()}</RequestId></ErrorResponse>`;
}

function contentOf(fields: Record<string, unknown>, resultEntry: string): string {
  return Object.entries(fields)
    .map(([name, value]) => {
      const map = MAPS[name];
      if (Array.isArray(value)) {
        return value.map((entry) => elementOf(ENTRIES[name] ?? resultEntry, entry, resultEntry)).join("");
      }
      if (map === undefined || !isObject(value)) return elementOf(name, value, resultEntry);
      const [entry, key] = map;
      return Object.entries(value)
        .map(([item, of]) => `<${entry}>${elementOf(key, item, "")}${elementOf("Value", of, "")}</${entry}>`)
        .join("");
    })
    .join("");
}

function elementOf(name: string, value: unknown, resultEntry: string): string {
  if (value === undefined || value === null) return "";
  return `<${name}>${isObject(value) ? contentOf(value, resultEntry) : escapeXml(String(value))}</${name}>`;
}

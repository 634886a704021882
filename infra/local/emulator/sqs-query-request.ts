type Fields = Record<string, unknown>;

/** How lists and maps are called in JSON. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_Operations.html */
const LISTS: Readonly<Record<string, string>> = {
  AttributeName: "AttributeNames",
  MessageAttributeName: "MessageAttributeNames",
  MessageSystemAttributeName: "MessageSystemAttributeNames",
  TagKey: "TagKeys",
  SendMessageBatchRequestEntry: "Entries",
  DeleteMessageBatchRequestEntry: "Entries",
  ChangeMessageVisibilityBatchRequestEntry: "Entries",
};
/** Each is a list of entries with a name and a value. */
const MAPS: Readonly<Record<string, string>> = {
  Attribute: "Attributes",
  MessageAttribute: "MessageAttributes",
  MessageSystemAttribute: "MessageSystemAttributes",
  Tag: "Tags",
};
const NUMBERS: Readonly<Record<string, true>> = {
  DelaySeconds: true,
  MaxNumberOfMessages: true,
  MaxNumberOfMessagesPerSecond: true,
  MaxResults: true,
  VisibilityTimeout: true,
  WaitTimeSeconds: true,
};

/** A request of SQS's JSON protocol, from the parameters of its Query protocol: `MessageAttribute.1.Value.DataType`. */
export function readSqsQuery(parameters: Readonly<Record<string, string>>): Fields {
  const root: Fields = {};
  for (const [path, value] of Object.entries(parameters)) put(root, path.split("."), value);
  const { Tags, ...request } = rename(root);
  // CreateQueue has its tags in lower case, and TagQueue has not.
  return Tags === undefined ? request : { ...request, Tags, tags: Tags };
}

/** Lists become objects with their numbers as keys, which are in order however they came. */
function put(node: Fields, [name = "", ...rest]: readonly string[], value: string): void {
  if (rest.length === 0) {
    node[name] = value;
    return;
  }
  const child = isFields(node[name]) ? node[name] : {};
  node[name] = child;
  put(child, rest, value);
}

function rename(node: Fields): Fields {
  return Object.fromEntries(
    Object.entries(node).map(([name, value]): [string, unknown] => {
      if (!isFields(value)) return [name, NUMBERS[name] ? Number(value) : value];
      const entries = Object.values(value).map((entry) => (isFields(entry) ? rename(entry) : entry));
      if (LISTS[name] !== undefined) return [LISTS[name], entries];
      if (MAPS[name] !== undefined) return [MAPS[name], Object.fromEntries(entries.filter(isFields).map(namedValue))];
      return [name, rename(value)];
    }),
  );
}

function namedValue({ Name, Key, Value }: Fields): [string, unknown] {
  return [String(Name ?? Key), Value];
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null;
}

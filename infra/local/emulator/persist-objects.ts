import type { FastifyInstance } from "fastify";
import type { NotedChange, ObjectFiles, ObjectName, ObjectRecord } from "../state/object-files.ts";
import { notImplemented } from "./aws-error.ts";
import type { BucketNotifications } from "./bucket-notifications.ts";
import type { ObjectIndex } from "./object-index.ts";
import { restoreObject } from "./restore-object.ts";
import type { ObjectChange } from "./s3-event.ts";
import { isS3Request, readS3Operation } from "./s3-operation.ts";
import { StoredAnswers } from "./stored-answers.ts";
import { attributeHeaders } from "./stored-attributes.ts";
import { readObject } from "./stored-object.ts";
import { s3ErrorXml } from "./xml.ts";

interface Parts {
  readonly files: ObjectFiles;
  readonly index: ObjectIndex;
  readonly notifications: Pick<BucketNotifications, "send">;
}

/** Names that no URL can carry: every client and server resolves them away. */
const UNREACHABLE = /^\.{1,2}$/;

/** Keeps files as the objects are, and sends the events of changes only when their files are written. */
export function persistObjects(app: FastifyInstance, { files, index, notifications }: Parts) {
  const buckets = new Set<string>();
  const stored = new StoredAnswers(app);
  const restoring = new Set<string>();
  const writing = new Map<string, Promise<void>>();

  app.addHook("preHandler", (request, reply, next) => {
    const key = isS3Request(request) ? readS3Operation(request)?.key : undefined;
    if (key === undefined || !UNREACHABLE.test(key) || request.method !== "PUT") return next();
    const error = notImplemented(`an object of the name ${key}`);
    reply.code(error.status).header("content-type", "application/xml").send(s3ErrorXml(error));
  });
  app.addHook("onSend", async (request, reply, payload) => {
    const operation = isS3Request(request) ? readS3Operation(request) : undefined;
    if (operation?.name !== "GetObject" && operation?.name !== "HeadObject") return payload;
    // fauxqs would say when it was put back.
    const entry = index.find(operation.bucket, operation.key);
    if (entry && reply.hasHeader("last-modified")) reply.header("last-modified", entry.lastModified.toUTCString());
    return payload;
  });

  return {
    /** Resolves when the changes are on disk and their events are accepted. */
    send: async (changes: readonly ObjectChange[]): Promise<void> => {
      const own = changes.filter((change) => !restoring.has(idOf(change)));
      const noted = own.map((change) => files.noteChange(change));
      for (const change of own) await write(change);
      await notifications.send(own);
      for (const number of noted) files.forgetChange(number);
    },

    /** Puts a bucket's objects back. What was changed on disk meanwhile is a change like any other. */
    restore: async (bucket: string): Promise<void> => {
      if (buckets.has(bucket)) return;
      buckets.add(bucket);
      for (const record of files.list(bucket)) {
        restoring.add(idOf(record));
        const isSame = await restoreObject(app, record, await files.read(record));
        restoring.delete(idOf(record));
        if (isSame) index.setLastModified(bucket, record.key, new Date(record.lastModified));
        else await rewrite(record);
      }
    },

    /** Sends events of changes that an earlier run noted but did not get to tell. */
    tellNoted: async (): Promise<void> => {
      for (const change of files.notedChanges()) {
        await notifications.send([asItIsNow(change)]);
        files.forgetChange(change.number);
      }
    },
  };

  async function rewrite(record: ObjectRecord): Promise<void> {
    files.noteChange(record);
    await write(record);
  }

  /** One write of an object at a time; each writes what is there when it begins, so the last one writes the newest. */
  function write(name: ObjectName): Promise<void> {
    const id = idOf(name);
    const write = (writing.get(id) ?? Promise.resolve()).catch(() => {}).then(() => copyToDisk(name));
    writing.set(id, write);
    return write.finally(() => writing.get(id) === write && writing.delete(id));
  }

  async function copyToDisk(name: ObjectName): Promise<void> {
    const object = await readObject(stored, name);
    const entry = index.find(name.bucket, name.key);
    if (!object || !entry) return files.remove(name);
    const headers = { ...object.record.headers, ...attributeHeaders(entry) };
    await files.write({ ...name, ...object.record, headers, lastModified: entry.lastModified.getTime() }, object.body);
  }

  function asItIsNow({ bucket, key }: NotedChange): ObjectChange {
    const stored = index.find(bucket, key);
    if (!stored) return { eventName: "ObjectRemoved:Delete", bucket, key };
    return { eventName: "ObjectCreated:Put", bucket, key, stored: { size: stored.size, eTag: stored.eTag } };
  }
}

function idOf({ bucket, key }: ObjectName): string {
  return `${bucket}/${key}`;
}

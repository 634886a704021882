import { AsyncLocalStorage, createHook } from "node:async_hooks";
import { setImmediate, setTimeout } from "node:timers/promises";

/** What a piece of work has done through the event loop. */
export interface AsyncActivity {
  /** Each use of the network, and each other process. */
  readonly network: readonly string[];
  /** What is still open or pending after the work. */
  readonly left: readonly string[];
}

interface Resource {
  readonly type: string;
  ended: boolean;
}

/** Node's words for what reaches out of the process (https://nodejs.org/api/async_hooks.html#type). */
const OUTWARD: Readonly<Record<string, string>> = {
  GETADDRINFOREQWRAP: "a look-up of a host",
  GETNAMEINFOREQWRAP: "a look-up of an address",
  QUERYWRAP: "a DNS query",
  TCPCONNECTWRAP: "a connection",
  PIPECONNECTWRAP: "a connection",
  TCPSERVERWRAP: "a server",
  PIPESERVERWRAP: "a server",
  UDPWRAP: "a socket",
  PROCESSWRAP: "another process",
};

/** Node's words for what lives until somebody ends it. */
const LASTING: Readonly<Record<string, string>> = {
  ...OUTWARD,
  TCPWRAP: "a connection",
  PIPEWRAP: "a pipe",
  Timeout: "a timer",
  FSEVENTWRAP: "a watched file",
  STATWATCHER: "a watched file",
  SIGNALWRAP: "a signal handler",
  WORKER: "a worker thread",
  MESSAGEPORT: "a message port",
};

/** Node tells of the end of some resources a little after it. */
const GRACE_MS = [0, 5, 20, 50];

const watched = new AsyncLocalStorage<Map<number, Resource>>();
const ending = new Map<number, Resource>();

const hook = createHook({
  init(id, type) {
    const resources = watched.getStore();
    if (!resources || !Object.hasOwn(LASTING, type)) return;
    const resource = { type, ended: false };
    resources.set(id, resource);
    ending.set(id, resource);
  },
  destroy(id) {
    const resource = ending.get(id);
    if (resource) resource.ended = true;
    ending.delete(id);
  },
});

/** Does the work, and tells what it and whatever it started did. */
export async function watchActivity<T>(work: () => Promise<T>): Promise<{ value: T; activity: AsyncActivity }> {
  const resources = new Map<number, Resource>();
  hook.enable();
  const value = await watched.run(resources, work);
  const open = () => [...resources.values()].filter(({ ended }) => !ended);
  for (const wait of GRACE_MS) {
    await setImmediate();
    if (open().length === 0) break;
    await setTimeout(wait);
  }
  const network = [...resources.values()].flatMap(({ type }) => OUTWARD[type] ?? []);
  return { value, activity: { network, left: open().flatMap(({ type }) => LASTING[type] ?? []) } };
}

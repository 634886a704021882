import { type MachineAddress, readAddress, stateFolder } from "../machine-address.ts";

/** What the machine that `npm start` serves answers. */
export type Answer = "status" | "outputs";

/** A machine that serves a stack. */
export interface ServingMachine {
  /** Of S3 and SQS. */
  readonly endpoint: string;
  ask(what: Answer): Promise<unknown>;
}

/** The machine that serves a stack of this project. Throws if none does: what a killed one left behind leads nowhere. */
export async function findMachine(projectFolder: string, stack: string): Promise<ServingMachine> {
  const address = readAddress(stateFolder(projectFolder, stack));
  const response = address && (await request(address, "status"));
  // Another program may have the port by now.
  if (!response || response.status === 403 || response.status === 404)
    throw new Error(`Expected a machine that serves stack ${stack}, found none. Start it with npm start.`);
  return { endpoint: address.endpoint, ask: async (what) => read(await request(address, what), what) };
}

function request({ statusUrl, token }: MachineAddress, what: Answer): Promise<Response | undefined> {
  return fetch(new URL(what, statusUrl), { headers: { authorization: `Bearer ${token}` } }).catch(() => undefined);
}

async function read(response: Response | undefined, what: Answer): Promise<unknown> {
  if (!response?.ok)
    throw new Error(
      `Expected the machine's ${what}, received ${response ? `${response.status}: ${await response.text()}` : "nothing"}.`,
    );
  return response.json();
}

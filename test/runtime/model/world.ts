import type { Dispatcher } from "../../../runtime/dispatcher.ts";
import { PipelineError } from "../../../runtime/errors.ts";
import type { WorkerSettings } from "../../../runtime/settings.ts";
import type { ObjectStore } from "../../../runtime/store.ts";
import { silentLog } from "../../support/contexts.ts";
import { MemoryStore } from "../../support/memory-store.ts";
import { type HeldCall, HeldStore } from "./held-store.ts";
import { SOURCES, type SourceState } from "./source-states.ts";

export interface Scenario {
  readonly settings: WorkerSettings;
  readonly dispatcherOf: (store: ObjectStore) => Dispatcher;
  /** What the upload is one after the other, from the start on; an event tells of each but the first. */
  readonly states: readonly SourceState[];
  /** Events that are delivered a second time, by their place in `states`; 0 is an old one that comes late. */
  readonly repeated: readonly number[];
  /** How many runs may die, or be told that a call failed. */
  readonly faults: number;
}

/** Something that can happen next. */
export interface Step {
  /** Who does it: a change of the upload, a message or its run. */
  readonly actor: string;
  readonly name: string;
  readonly isFault: boolean;
  take(): Promise<void>;
}

interface Message {
  readonly name: string;
  readonly size: number | undefined;
  readonly isRemoval: boolean;
  receives: number;
  /** What a run that died had sent, and what the store may still get until the message is received again. */
  late: HeldCall[];
}

interface Run {
  readonly message: Message;
  calls: HeldCall[];
  /** Resolves when the run waits for the store, or has ended. */
  resting: PromiseWithResolvers<void>;
}

export const KEY = "cats/tom.png";

/**
 * An upload that changes, a queue that delivers its events in any order and more than once, and a run of the real dispatcher
 * for each delivery, over one store. Nothing happens but by a step, so that the steps alone decide what becomes of it.
 */
export class World {
  readonly store = new MemoryStore();
  readonly #scenario: Scenario;
  #changes: { readonly state: SourceState; readonly place: number }[];
  #waiting: Message[] = [];
  #runs: Run[] = [];
  #faultsLeft: number;

  constructor(scenario: Scenario) {
    this.#scenario = scenario;
    this.#faultsLeft = scenario.faults;
    this.#changes = scenario.states.map((state, place) => ({ state, place }));
    const first = this.#changes.shift();
    if (first) this.#change(first.state);
    if (scenario.repeated.includes(0)) this.#deliver(scenario.states[0] ?? "gone", "late event");
  }

  /** Whether all that happened is told, and all that was told is done. */
  get isAtRest(): boolean {
    return this.#changes.length + this.#waiting.length + this.#runs.length === 0;
  }

  steps(): Step[] {
    return [
      ...this.#runs.flatMap((run) => run.calls.map((call) => this.#answer(run, call))),
      ...this.#waiting.flatMap((message) => [this.#start(message), ...message.late.map((call) => land(message, call))]),
      ...this.#changes.slice(0, 1).map(({ state, place }) => this.#changeTo(state, place)),
      ...(this.#faultsLeft > 0 ? this.#runs.flatMap((run) => [this.#crash(run), this.#fail(run)]) : []),
    ];
  }

  #changeTo(state: SourceState, place: number): Step {
    return step(`change ${place}`, `becomes ${state}`, async () => {
      this.#changes.shift();
      this.#change(state);
      const copies = this.#scenario.repeated.includes(place) ? ["", " again"] : [""];
      for (const copy of copies) this.#deliver(state, `event ${place}${copy}`);
    });
  }

  #change(state: SourceState): void {
    const object = SOURCES[state];
    const { uploadsBucket } = this.#scenario.settings;
    if (object) this.store.set(uploadsBucket, KEY, object);
    else this.store.delete(uploadsBucket, KEY);
  }

  #deliver(state: SourceState, name: string): void {
    this.#waiting.push({ name, size: SOURCES[state]?.body.length, isRemoval: state === "gone", receives: 0, late: [] });
  }

  #start(message: Message): Step {
    return step(message.name, "is received", async () => {
      this.#waiting = this.#waiting.filter((other) => other !== message);
      message.receives++;
      message.late = [];
      const run: Run = { message, calls: [], resting: Promise.withResolvers() };
      this.#runs.push(run);
      void this.#dispatch(run);
      await run.resting.promise;
    });
  }

  async #dispatch(run: Run): Promise<void> {
    const { settings, dispatcherOf } = this.#scenario;
    const { size, isRemoval, receives } = run.message;
    const dispatcher = dispatcherOf(
      new HeldStore(this.store, (call) => {
        run.calls.push(call);
        run.resting.resolve();
      }),
    );
    const upload = {
      bucket: settings.uploadsBucket,
      key: KEY,
      ...(size !== undefined && { size }),
      ...(isRemoval && { isRemoval }),
    };
    try {
      await dispatcher.dispatch(upload, {
        signal: new AbortController().signal,
        redelivered: receives > 1,
        log: silentLog,
      });
    } catch (error) {
      if (!(error instanceof PipelineError && error.retryable)) return run.resting.reject(error);
      this.#waiting.push(run.message);
    }
    this.#end(run);
    run.resting.resolve();
  }

  #answer(run: Run, call: HeldCall): Step {
    return step(run.message.name, call.name, async () => {
      run.calls = run.calls.filter((other) => other !== call);
      const isWaitingForMore = run.calls.length > 0;
      run.resting = Promise.withResolvers();
      await call.answer();
      if (!isWaitingForMore) await run.resting.promise;
    });
  }

  #crash(run: Run): Step {
    return this.#fault(run, "dies", async () => {
      run.message.late = run.calls;
      this.#waiting.push(run.message);
      this.#end(run);
    });
  }

  #fail(run: Run): Step {
    const [first] = run.calls;
    return this.#fault(run, `can't ${first?.name}`, async () => {
      const { calls } = run;
      run.calls = [];
      run.resting = Promise.withResolvers();
      for (const call of calls) call.fail();
      await run.resting.promise;
    });
  }

  #fault(run: Run, name: string, take: () => Promise<void>): Step {
    return {
      ...step(run.message.name, name, async () => {
        this.#faultsLeft--;
        await take();
      }),
      isFault: true,
    };
  }

  #end(run: Run): void {
    this.#runs = this.#runs.filter((other) => other !== run);
  }
}

function land(message: Message, call: HeldCall): Step {
  return step(message.name, `${call.name} lands late`, async () => {
    message.late = message.late.filter((other) => other !== call);
    await call.land();
  });
}

function step(actor: string, name: string, take: () => Promise<void>): Step {
  return { actor, name, isFault: false, take };
}

import type { Invocation, LocalFunction } from "./function-host.ts";

/** A function whose code can be exchanged while it works. */
export class ReplaceableFunction implements LocalFunction {
  #current: LocalFunction;
  readonly #running = new Map<LocalFunction, Set<Promise<unknown>>>();
  readonly #retiring = new Set<Promise<void>>();

  constructor(first: LocalFunction) {
    this.#current = first;
  }

  get name(): string {
    return this.#current.name;
  }

  get arn(): string {
    return this.#current.arn;
  }

  get processIds(): readonly number[] {
    return this.#current.processIds;
  }

  load(): Promise<string | undefined> {
    return this.#current.load();
  }

  invoke(event: unknown): Promise<Invocation> {
    const target = this.#current;
    const invocation = target.invoke(event);
    const running = this.#running.get(target) ?? new Set();
    this.#running.set(target, running.add(invocation));
    return invocation.finally(() => running.delete(invocation));
  }

  /** Gives all further invocations to `next`; what runs ends as it began. Throws, and changes nothing, if `next` can't be loaded. */
  async replace(next: LocalFunction): Promise<void> {
    const problem = await next.load();
    if (problem !== undefined) {
      await next.close();
      throw new Error(problem);
    }
    const previous = this.#current;
    this.#current = next;
    const retiring = this.#retire(previous).finally(() => this.#retiring.delete(retiring));
    this.#retiring.add(retiring);
  }

  async close(): Promise<void> {
    const replaced = [...this.#running.keys()].filter((lambda) => lambda !== this.#current);
    await Promise.all([this.#current, ...replaced].map((lambda) => lambda.close()));
    await Promise.all(this.#retiring);
  }

  async #retire(previous: LocalFunction): Promise<void> {
    await Promise.allSettled(this.#running.get(previous) ?? []);
    await previous.close();
    this.#running.delete(previous);
  }
}

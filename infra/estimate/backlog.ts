/** The messages of a queue that nobody has received, oldest first. Times are seconds of the simulation. */
export class Backlog {
  readonly #arrivals: { readonly at: number; messages: number }[] = [];
  #first = 0;
  #messages = 0;

  get messages(): number {
    return this.#messages;
  }

  arrive(messages: number, at: number): void {
    if (messages === 0) return;
    this.#arrivals.push({ at, messages });
    this.#messages += messages;
  }

  take(messages: number): void {
    let left = Math.min(messages, this.#messages);
    this.#messages -= left;
    for (let arrival = this.#arrivals[this.#first]; arrival && left > 0; arrival = this.#arrivals[this.#first]) {
      const taken = Math.min(left, arrival.messages);
      arrival.messages -= taken;
      left -= taken;
      if (arrival.messages === 0) this.#first += 1;
    }
  }

  /** Zero without messages. */
  oldestAge(now: number): number {
    const oldest = this.#messages > 0 ? this.#arrivals[this.#first] : undefined;
    return oldest ? now - oldest.at : 0;
  }

  /** Drops what came at a time or before it. Returns how many messages that were. */
  expire(time: number): number {
    let expired = 0;
    for (
      let arrival = this.#arrivals[this.#first];
      arrival && arrival.at <= time;
      arrival = this.#arrivals[this.#first]
    ) {
      expired += arrival.messages;
      this.#first += 1;
    }
    this.#messages -= expired;
    return expired;
  }
}

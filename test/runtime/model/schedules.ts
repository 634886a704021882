import { type Scenario, type Step, World } from "./world.ts";

/** One order in which everything happened, and what it came to. */
export interface History {
  readonly world: World;
  /** Each step in words. */
  readonly steps: readonly string[];
}

/** Chooses one of the steps, of which there is at least one; `previous` is who did the last. */
type Choose = (steps: readonly Step[], previous: string | undefined) => Step;

/** Steps until the world is at rest. Throws if it does not come to rest. */
async function play(scenario: Scenario, choose: Choose): Promise<History> {
  const world = new World(scenario);
  const steps: string[] = [];
  let previous: string | undefined;
  while (!world.isAtRest) {
    if (steps.length > 500) throw new Error(`Expected a world that comes to rest, received ${steps.join("\n")}`);
    const step = choose(world.steps(), previous);
    await step.take();
    steps.push(`${step.actor}: ${step.name}`);
    previous = step.actor;
  }
  return { world, steps };
}

/** The order that numbers choose, each one of the steps that are possible at its turn; then the first one always. */
export function chosenBy(numbers: readonly number[], scenario: Scenario): Promise<History> {
  const turns = numbers.values();
  return play(scenario, (steps) => at(steps, (turns.next().value ?? 0) % steps.length));
}

/**
 * Every order in which a run is interrupted at most so many times, by anyone. Who goes on when a run has ended, or has died, is
 * free: most errors of concurrency need one or two interruptions at the right places, and no more
 * (https://www.microsoft.com/en-us/research/publication/iterative-context-bounding-for-systematic-testing-of-multithreaded-programs/).
 */
export async function* everyOrder(scenario: Scenario, interruptions: number): AsyncGenerator<History> {
  let plan: Turn[] | undefined = [];
  while (plan) {
    const turns: Turn[] = [];
    let left = interruptions;
    const history = await play(scenario, (steps, previous) => {
      const possible = continuations(steps, previous, left);
      const turn = { chosen: plan?.[turns.length]?.chosen ?? 0, of: possible.length };
      turns.push(turn);
      const step = at(possible, turn.chosen);
      if (isInterruption(steps, step, previous)) left--;
      return step;
    });
    yield history;
    plan = nextPlan(turns);
  }
}

interface Turn {
  readonly chosen: number;
  readonly of: number;
}

/** Who was at it comes first. */
function continuations(steps: readonly Step[], previous: string | undefined, interruptions: number): readonly Step[] {
  const own = steps.filter(({ actor }) => actor === previous);
  return interruptions > 0 ? [...own, ...steps.filter((step) => !own.includes(step))] : own.length > 0 ? own : steps;
}

function isInterruption(steps: readonly Step[], { actor }: Step, previous: string | undefined): boolean {
  return actor !== previous && steps.some((step) => step.actor === previous);
}

/** The same turns, but for the last one that has a choice left. */
function nextPlan(turns: readonly Turn[]): Turn[] | undefined {
  const last = turns.findLastIndex(({ chosen, of }) => chosen + 1 < of);
  const turn = turns[last];
  return turn && [...turns.slice(0, last), { ...turn, chosen: turn.chosen + 1 }];
}

function at<Item>(items: readonly Item[], index: number): Item {
  const item = items[index];
  if (item === undefined) throw new RangeError(`Expected one of ${items.length} steps, received number ${index}.`);
  return item;
}

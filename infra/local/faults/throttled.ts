import type { LocalFunction } from "../function-host.ts";
import type { FaultPlan } from "./fault-plan.ts";

/** How often in a row a function is refused at most. The last ones take longer than most queues hide a batch. */
const LONGEST_SPELL = 10;

/** A function that Lambda refuses to invoke for a while, whenever a plan says so. */
export function throttled(
  lambda: Pick<LocalFunction, "invoke" | "name">,
  plan: FaultPlan,
): Pick<LocalFunction, "invoke"> {
  const request = `Invoke ${lambda.name}`;
  let spells = 0;
  let refusals = 0;
  return {
    async invoke(event) {
      if (refusals === 0 && plan.choose(["function-throttled"], request))
        refusals = 1 + Math.floor(plan.fraction(`spell ${++spells}`, request) * LONGEST_SPELL);
      if (refusals === 0) return lambda.invoke(event);
      refusals--;
      return { outcome: "throttled" };
    },
  };
}

import { sendFromRule } from "../iam/service-request.ts";
import { AwsError } from "./aws-error.ts";
import { type EventPattern, eventMatches, readEventPattern } from "./event-pattern.ts";
import type { EventBridgeEvent } from "./eventbridge-event.ts";
import { ACCOUNT_ID, type Queues } from "./queues.ts";
import { type DeliveryRules, ServiceSender } from "./service-sender.ts";

export interface EventRule {
  readonly name: string;
  /** JSON, as in AWS's API. */
  readonly eventPattern: string;
  /** A rule that is not sends nothing to its targets. */
  readonly isEnabled: boolean;
}

export interface EventTarget {
  readonly rule: string;
  /** Names it among the targets of its rule. */
  readonly id: string;
  readonly queueArn: string;
  /** Where what the queue does not take goes. */
  readonly deadLetterArn?: string | undefined;
}

interface KnownRule {
  readonly arn: string;
  readonly pattern: EventPattern;
  readonly isEnabled: boolean;
  readonly targets: Map<string, EventTarget>;
}

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html */
export const MAX_TARGETS = 5;

/**
 * What dead letters say of errors that other services name otherwise. None of those that a queue on this machine gives is one that
 * EventBridge would try again (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html).
 */
const ERROR_CODES: Readonly<Record<string, string>> = {
  AccessDenied: "NO_PERMISSIONS",
  QueueDoesNotExist: "NO_RESOURCE",
};

/** The default event bus of EventBridge, with rules whose targets are SQS queues. */
export class EventBus {
  readonly #region: string;
  readonly #sender: ServiceSender;
  readonly #onLost: DeliveryRules["onLost"];
  readonly #rules = new Map<string, KnownRule>();

  constructor({ region, queues, rules }: { region: string; queues: Queues; rules: DeliveryRules }) {
    this.#region = region;
    this.#sender = new ServiceSender(queues, rules.refusalOf);
    this.#onLost = rules.onLost;
  }

  /** Creates a rule, or gives the one of its name another pattern and state. Gives its ARN. */
  putRule({ name, eventPattern, isEnabled }: EventRule): string {
    const arn = `arn:aws:events:${this.#region}:${ACCOUNT_ID}:rule/${name}`;
    const targets = this.#rules.get(name)?.targets ?? new Map<string, EventTarget>();
    this.#rules.set(name, { arn, pattern: readEventPattern(eventPattern), isEnabled, targets });
    return arn;
  }

  /** Adds a target to its rule, or replaces the one of its id. */
  putTarget(target: EventTarget): void {
    const rule = this.#rules.get(target.rule);
    if (rule === undefined) {
      throw new AwsError("ResourceNotFoundException", `Rule ${target.rule} does not exist on EventBus default.`);
    }
    if (rule.targets.size >= MAX_TARGETS && !rule.targets.has(target.id)) {
      throw new AwsError("LimitExceededException", "The requested resource exceeds the maximum number allowed.");
    }
    rule.targets.set(target.id, target);
  }

  /** Delivers an event to the targets of every rule that matches it, and resolves once it has arrived. */
  async send(event: EventBridgeEvent): Promise<void> {
    const matching = [...this.#rules.values()].filter(({ pattern, isEnabled, targets }) => {
      return isEnabled && targets.size > 0 && eventMatches(pattern, event);
    });
    const body = matching.length > 0 ? JSON.stringify(event) : "";
    for (const { arn, targets } of matching) {
      for (const target of targets.values()) await this.#deliver(body, arn, target);
    }
  }

  async #deliver(body: string, ruleArn: string, { queueArn, deadLetterArn }: EventTarget): Promise<void> {
    const failure = await this.#sender.trySend(sendFromRule(ruleArn, queueArn), { body, attributes: {} });
    if (failure === undefined) return;
    const lost = { sourceArn: ruleArn, queueArn, body };
    if (deadLetterArn === undefined) return this.#onLost({ ...lost, reason: failure.message });
    const attributes = {
      RULE_ARN: text(ruleArn),
      TARGET_ARN: text(queueArn),
      ERROR_CODE: text(ERROR_CODES[failure.code] ?? "SDK_CLIENT_ERROR"),
      ERROR_MESSAGE: text(failure.message),
      RETRY_ATTEMPTS: text("0"),
    };
    const last = await this.#sender.trySend(sendFromRule(ruleArn, deadLetterArn), { body, attributes });
    if (last !== undefined) this.#onLost({ ...lost, reason: last.message });
  }
}

function text(value: string) {
  return { DataType: "String", StringValue: value };
}

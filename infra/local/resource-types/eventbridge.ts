import type * as aws from "@pulumi/aws";
import type { Unwrap } from "@pulumi/pulumi";
import { messageOf } from "../../../runtime/errors.ts";
import { MAX_TARGETS } from "../emulator/event-bus.ts";
import { readEventPattern } from "../emulator/event-pattern.ts";
import { sendFromRule } from "../iam/service-request.ts";
import type { Machine } from "../machine.ts";
import { type Deployed, find, firstProblem, outside, type ResourceType, resourceType } from "../resource-type.ts";
import { queueAdmits } from "./deployed-policies.ts";

type RuleInputs = Unwrap<aws.cloudwatch.EventRuleArgs>;
type TargetInputs = Unwrap<aws.cloudwatch.EventTargetArgs>;
type Outputs = Readonly<Record<string, unknown>>;

export const RULE_TYPE = "aws:cloudwatch/eventRule:EventRule";
export const TARGET_TYPE = "aws:cloudwatch/eventTarget:EventTarget";

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html */
const RULE_STATES = ["ENABLED", "DISABLED", "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"];
const NAME = /^[\w.-]+$/;

/** What a target can have here: all others change what is sent, or where. */
const TARGET_INPUTS = ["arn", "rule", "targetId", "eventBusName", "deadLetterConfig", "retryPolicy"];

export const EVENTBRIDGE_TYPES: Readonly<Record<string, ResourceType>> = {
  [RULE_TYPE]: resourceType<RuleInputs>({
    name: { input: "name", maxLength: 64 },
    outputs: (_, { region, accountId }, name) => ({
      id: name,
      arn: `arn:aws:events:${region}:${accountId}:rule/${name}`,
    }),
    refuse: (inputs, deployed) => ruleProblem(inputs, deployed),
    make: putRule,
    update: putRule,
  }),
  [TARGET_TYPE]: resourceType<TargetInputs>({
    name: { input: "targetId", maxLength: 64 },
    outputs: ({ rule }, _, name) => ({ id: `${rule}-${name}` }),
    refuse: (inputs, deployed) => targetProblem(inputs, deployed),
    make: putTarget,
    update: putTarget,
  }),
};

/** Whether a rule sends what it matches to its targets. */
export function isRuleEnabled({ state = "ENABLED", isEnabled = true }: RuleInputs): boolean {
  return state !== "DISABLED" && isEnabled;
}

function ruleProblem(
  { name = "", eventBusName = "default", eventPattern, scheduleExpression, state, isEnabled }: RuleInputs,
  deployed: readonly Deployed[],
): string | undefined {
  return firstProblem(
    !NAME.test(name) && `Expected a rule's name of letters, digits, dots, hyphens and underscores, received ${name}.`,
    eventBusName !== "default" && `Expected a rule of the default event bus, received ${eventBusName}.`,
    (scheduleExpression !== undefined || eventPattern === undefined) &&
      "Expected a rule with an event pattern and no schedule, which is all this machine has.",
    eventPattern !== undefined && patternProblem(eventPattern),
    state !== undefined && !RULE_STATES.includes(state) && `Expected a state of ${RULE_STATES}, received ${state}.`,
    state !== undefined && isEnabled !== undefined && "Expected state or isEnabled, received both.",
    find(deployed, RULE_TYPE).some(({ outputs }) => outputs.name === name) &&
      `Expected one rule ${name}: a second one overwrites the first.`,
  );
}

function patternProblem(eventPattern: string): string | undefined {
  try {
    readEventPattern(eventPattern);
    return undefined;
  } catch (error) {
    return `InvalidEventPatternException: ${messageOf(error)}`;
  }
}

function targetProblem(inputs: TargetInputs, deployed: readonly Deployed[]): string | undefined {
  const { arn, rule, targetId = "", eventBusName = "default", deadLetterConfig, retryPolicy } = inputs;
  const ruleArn = find(deployed, RULE_TYPE).find(({ outputs }) => outputs.name === rule)?.outputs.arn;
  const others = find(deployed, TARGET_TYPE, { rule });
  const unknown = Object.entries(inputs).find(([name, value]) => value !== undefined && !TARGET_INPUTS.includes(name));
  const queueArns = deadLetterConfig?.arn === undefined ? [arn] : [arn, deadLetterConfig.arn];
  const queues = find(deployed, "aws:sqs/queue:Queue").map(({ outputs }) => outputs.arn);
  const missing = queueArns.find((queueArn) => !queues.includes(queueArn) || queueArn.endsWith(".fifo"));
  const shut = queueArns.find((queueArn) => !queueAdmits(deployed, sendFromRule(String(ruleArn), queueArn)));
  return firstProblem(
    !NAME.test(targetId) &&
      `Expected a target's id of letters, digits, dots, hyphens and underscores, received ${targetId}.`,
    eventBusName !== "default" && `Expected a target of the default event bus, received ${eventBusName}.`,
    unknown && `Expected a target that gets whole events, received one with ${unknown[0]}.`,
    ruleArn === undefined && `Expected a rule that exists, received ${rule}.`,
    others.length >= MAX_TARGETS && `Expected at most ${MAX_TARGETS} targets of rule ${rule}, received one more.`,
    others.some(({ outputs }) => outputs.name === targetId) &&
      `Expected one target ${targetId} of rule ${rule}: a second one overwrites the first.`,
    outside("maximumEventAgeInSeconds", retryPolicy?.maximumEventAgeInSeconds, 60, 86_400),
    outside("maximumRetryAttempts", retryPolicy?.maximumRetryAttempts, 0, 185),
    missing !== undefined &&
      `Expected standard queues that exist as target and dead-letter queue, received ${missing}.`,
    shut !== undefined &&
      `Deliveries would be lost: AccessDenied, since no policy lets EventBridge do sqs:SendMessage from ${ruleArn} to ${shut} yet.`,
  );
}

async function putRule(inputs: RuleInputs, { emulator }: Machine, { name }: Outputs): Promise<void> {
  const { eventPattern = "" } = inputs;
  await emulator.putEventRule({ name: String(name), eventPattern, isEnabled: isRuleEnabled(inputs) });
}

async function putTarget(
  { rule, arn, deadLetterConfig }: TargetInputs,
  { emulator }: Machine,
  { name }: Outputs,
): Promise<void> {
  await emulator.putEventTarget({ rule, id: String(name), queueArn: arn, deadLetterArn: deadLetterConfig?.arn });
}

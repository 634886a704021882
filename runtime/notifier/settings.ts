/** What the stack tells the notifier's function, as JSON in the environment variable `NOTIFIER_SETTINGS`. */
export interface NotifierSettings {
  /** Whose failures they are, as people call it. */
  readonly stack: string;
  /** The address that mail comes from. */
  readonly from: string;
  readonly to: readonly string[];
  readonly deadLetterQueueUrl: string;
}

/** The environment variable that carries the settings. */
export const NOTIFIER_SETTINGS = "NOTIFIER_SETTINGS";

/** Reads what the stack wrote. Throws a `TypeError` if it is not there. */
export function readNotifierSettings(environment: NodeJS.ProcessEnv): NotifierSettings {
  const text = environment[NOTIFIER_SETTINGS];
  if (!text)
    throw new TypeError(
      `Expected the notifier's settings as JSON in the environment variable ${NOTIFIER_SETTINGS}, received nothing.`,
    );
  return JSON.parse(text);
}

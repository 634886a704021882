import { LocalProvider } from "../../../infra/local/local-provider.ts";

export type Resource = readonly [type: string, inputs: Record<string, unknown>];

const PLACE = { region: "us-east-1", accountId: "000000000000", queueEndpoint: "https://sqs.us-east-1.amazonaws.com" };

/** Makes resources one after the other; gives what the last one is refused for. */
export async function make(...resources: readonly Resource[]): Promise<string | undefined> {
  const provider = new LocalProvider(PLACE);
  let problem: string | undefined;
  for (const [index, [type, inputs]] of resources.entries()) {
    problem = await provider
      .create({
        urn: `urn:${index}`,
        type,
        name: `r${index}`,
        parent: undefined,
        dependsOn: [],
        inputs,
        shownInputs: inputs,
        custom: true,
      })
      .then(
        () => undefined,
        (error: Error) => error.message,
      );
    if (problem && index < resources.length - 1)
      throw new Error(`Expected resource ${index} to be made, received ${problem}`);
  }
  return problem;
}

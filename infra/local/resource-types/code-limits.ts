import { CodeFiles } from "../../code-files.ts";
import { codeProblem, layersProblem } from "../../lambda-limits.ts";
import { Archive } from "../engine/property-values.ts";
import { type Deployed, find, firstProblem } from "../resource-type.ts";

/** What a function and a layer have in common. */
interface CodeInputs {
  readonly code?: unknown;
}

interface FunctionInputs extends CodeInputs {
  /** ARNs of versions. */
  readonly layers?: readonly string[] | undefined;
}

/** Why Lambda would not take a layer's code, as a sentence. */
export function layerCodeProblem(inputs: CodeInputs): string | undefined {
  const files = filesOf(inputs);
  return files && codeProblem("the layer's code", files);
}

/** Why Lambda would not take a function's code with the layers below it, as a sentence. */
export function functionCodeProblem(inputs: FunctionInputs, deployed: readonly Deployed[]): string | undefined {
  const files = filesOf(inputs);
  const versions = find(deployed, "aws:lambda/layerVersion:LayerVersion");
  const layers = (inputs.layers ?? []).map((arn) => {
    const version = versions.find(({ outputs }) => outputs.arn === arn);
    return (version && filesOf(version.registration.inputs)?.bytes) ?? 0;
  });
  return firstProblem(
    files && codeProblem("the function's code", files),
    layersProblem("the function's code", files?.bytes ?? 0, layers),
  );
}

/** `undefined` for a layer that is not made: this machine lends functions what is installed here. */
function filesOf({ code }: CodeInputs): CodeFiles | undefined {
  return code instanceof Archive ? CodeFiles.at(code.path) : undefined;
}

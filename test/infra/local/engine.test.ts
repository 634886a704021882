import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { readProject } from "../../../infra/local/engine/project.ts";
import type { Provider, Registration } from "../../../infra/local/engine/registration.ts";
import { type Deployment, type EngineOptions, runProgram } from "../../../infra/local/engine.ts";
import { LocalProvider } from "../../../infra/local/local-provider.ts";
import { type CopyOptions, copyProject } from "../../support/project-copy.ts";

const PLACE = { region: "us-east-1", accountId: "000000000000", queueEndpoint: "https://sqs.us-east-1.amazonaws.com" };
const IMPORTS = 'import * as aws from "@pulumi/aws";\nimport * as pulumi from "@pulumi/pulumi";\n';

/** Runs a program of these lines in place of the project's own. */
async function run(
  lines: string,
  { provider = new LocalProvider(PLACE), seed = 0, isRunAsWritten = false, ...options }: RunOptions = {},
): Promise<Deployment> {
  await using copy = await copyProject({ isRunAsWritten });
  await copy.write("infra/index.ts", IMPORTS + lines);
  for (const [option, value] of Object.entries(options.runtimeOptions ?? {})) {
    const yaml = await readFile(join(copy.folder, "Pulumi.yaml"), "utf8");
    await copy.write("Pulumi.yaml", yaml.replace(new RegExp(`${option}: .*`), `${option}: ${value}`));
  }
  const project = await readProject(copy.folder, "dev");
  return await runProgram({ project, provider, seed, ...options });
}

interface RunOptions extends Partial<EngineOptions>, Pick<CopyOptions, "isRunAsWritten"> {
  /** In place of those of Pulumi.yaml. */
  readonly runtimeOptions?: Readonly<Record<string, string>>;
}

const failure = (lines: string): Promise<string> =>
  run(lines).then(
    () => expect.unreachable("it was deployed"),
    (error: Error) => error.message,
  );

describe("a run of a program", () => {
  const made: string[] = [];
  const told: string[] = [];
  let deployment: Deployment;

  beforeAll(async () => {
    const inner = new LocalProvider(PLACE);
    const provider: Provider = {
      create: (registration: Registration) => {
        made.push(registration.name);
        return inner.create(registration);
      },
      invoke: (token) => inner.invoke(token),
    };
    deployment = await run(
      `
      const group = new pulumi.ComponentResource("test:index:Group", "group");
      const topic = new aws.sns.Topic("first", {}, { parent: group });
      new aws.sns.Topic("second", { displayName: topic.arn }, { dependsOn: [] });
      new aws.sns.Topic("third", { displayName: pulumi.secret("word") });
      const last = new aws.sns.Topic("z");
      new aws.sns.Topic("a", {}, { dependsOn: [last] });
      for (const text of ["One.", "Two.", "One."]) pulumi.log.warn(text);
      pulumi.log.info("Three.");
      export const arn = topic.arn;
      export const hidden = pulumi.secret("word");
      export const account = aws.getCallerIdentityOutput().accountId;
      export const region = aws.getRegionOutput().region;
      export const partition = (await aws.getPartition()).partition;`,
      { provider, onWarning: (message) => told.push(message) },
    );
  });

  it("gives outputs, resources and what each depends on", () => {
    const second = deployment.registrations.find(({ name }) => name === "second");
    const arn = expect.stringMatching(/^arn:aws:sns:us-east-1:000000000000:first-[0-9a-f]{7}$/);
    expect(deployment.outputs).toMatchObject({ arn, hidden: "word" });
    expect(second).toMatchObject({
      urn: "urn:pulumi:dev::image-machine::aws:sns/topic:Topic::second",
      inputs: { displayName: arn },
      dependsOn: ["urn:pulumi:dev::image-machine::test:index:Group$aws:sns/topic:Topic::first"],
    });
  });

  it("shows no secret", () => {
    const third = deployment.registrations.find(({ name }) => name === "third");
    expect(third?.inputs.displayName).toBe("word");
    expect(third?.shownInputs.displayName).toBe("[secret]");
  });

  it("tells a program whose account it is in, and where", () => {
    expect(deployment.outputs).toMatchObject({ account: "000000000000", region: "us-east-1", partition: "aws" });
  });

  it("waits for what a resource depends on", () => {
    expect(made.filter((name) => ["a", "z"].includes(name))).toEqual(["z", "a"]);
  });

  it("tells of each warning once", () => {
    expect(told).toEqual(["One.", "Two."]);
    expect(deployment.warnings).toEqual(told);
  });
});

describe("runProgram", () => {
  it("makes independent resources in an order that the seed decides", async () => {
    const lines = Array.from({ length: 6 }, (_, index) => `new aws.sns.Topic("topic-${index}");`).join("\n");
    const orderOf = async (seed: number) =>
      (await run(lines, { seed })).registrations.flatMap(({ custom, name }) => (custom ? [name] : []));

    const [first, again, other] = [await orderOf(1), await orderOf(1), await orderOf(2)];

    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
    expect(other.sort()).toEqual(first.sort());
  });

  it("runs the main file in its folder, with the options of Pulumi.yaml", async () => {
    const lines = `
      export const nodeArguments = process.execArgv;
      export const program = import.meta.filename.slice(process.cwd().length);
      export const compiles = process.env.PULUMI_NODEJS_TYPESCRIPT;`;

    const { outputs } = await run(lines, { isRunAsWritten: true });
    const { outputs: others } = await run(lines, {
      runtimeOptions: { nodeargs: "--no-deprecation  --import tsx", typescript: "true" },
    });

    expect(outputs).toMatchObject({ nodeArguments: ["--stack-trace-limit=1", "--import", "tsx"], compiles: "false" });
    expect(String(outputs.program).replaceAll("\\", "/")).toBe("/index.ts");
    expect(others).toMatchObject({
      nodeArguments: ["--stack-trace-limit=1", "--no-deprecation", "--import", "tsx"],
      compiles: "true",
    });
  });

  it("fails with arguments in Pulumi.yaml that Node does not know", async () => {
    const runtimeOptions = { nodeargs: '"--no-such-argument"' };

    await expect(run("", { runtimeOptions })).rejects.toThrow(
      /^Expected the program to end with exit code 0, received 9\.$/,
    );
  });

  it.each([
    [
      "a resource type that this machine does not have",
      'new aws.dynamodb.Table("t", { attributes: [] });',
      /^aws:dynamodb\/table:Table t: Expected a resource type of aws:s3\/bucket:Bucket, .*, received aws:dynamodb\/table:Table\.$/,
    ],
    [
      "two resources of one name",
      'new aws.sns.Topic("t"); new aws.sns.Topic("t");',
      /(received aws:sns\/topic:Topic t twice|Duplicate resource URN)/,
    ],
    [
      "a value that AWS refuses",
      'new aws.sqs.Queue("q", { visibilityTimeoutSeconds: 50000 });',
      /^aws:sqs\/queue:Queue q: Expected visibilityTimeoutSeconds to be an integer from 0 to 43200, received 50000\.$/,
    ],
    ["an error of the program", 'throw new pulumi.RunError("No such luck.");', /^No such luck\.$/],
    [
      "a function that this machine does not have",
      "await aws.s3.getCanonicalUserId();",
      /received aws:s3\/getCanonicalUserId:getCanonicalUserId/,
    ],
    [
      "a program that ends the process",
      "process.exit(7);",
      /^Expected the program to end with exit code 0, received 7\.$/,
    ],
  ])("refuses %s", async (_, lines, message) => {
    expect(await failure(lines)).toMatch(message);
  });
});

import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { expect, it } from "vitest";
import { readFaultKinds } from "../../infra/local/faults/fault-kinds.ts";
import { FaultPlan } from "../../infra/local/faults/fault-plan.ts";
import rotate from "../../transforms/rotate.ts";
import { seededRandom } from "../support/random.ts";
import { outputsOf } from "../support/run.ts";
import { draw } from "./drawing.ts";
import { Doer } from "./perform.ts";
import { deploySoakStack } from "./soak-stack.ts";

const KEY = "often.png";
const OVERWRITES = 50;
const NOBODY = { removeUpload: async () => {}, overwriteUpload: async () => {}, killFunction: () => {} };

it("leaves outputs of the last state alone, byte for byte, when a key is overwritten and removed 50 times quickly", async () => {
  const faults = new FaultPlan({
    kinds: readFaultKinds("sqs-reordering,sqs-duplicates,s3-slow"),
    seed: 7,
    isUploadsBucket: () => false,
    meanwhile: NOBODY,
    shareOf: (kind) => (kind === "s3-slow" ? 0.1 : undefined),
  });
  await using soaked = await deploySoakStack({ seed: 7, faults, without: [], fragileSeconds: 10 });
  const { machine, uploadsBucket, outputsBucket } = soaked.stack;
  const s3 = new S3Client({ ...machine.clientSettings, forcePathStyle: true });
  const doer = new Doer(s3, uploadsBucket);
  const random = seededRandom(7);
  let last: Buffer = Buffer.alloc(0);

  for (let overwrite = 0; overwrite < OVERWRITES; overwrite++) {
    last = await draw(random, "png");
    await doer.put(KEY, last);
    if (overwrite % 7 === 3) await doer.remove(KEY);
  }
  expect(await machine.settled({ seconds: 60 })).toBe(true);

  const expected = await outputsOf(rotate, last);
  for (const [variant, body] of expected) {
    const stored = await s3.send(new GetObjectCommand({ Bucket: outputsBucket, Key: `rotate/${KEY}/${variant}.png` }));
    expect(Buffer.from((await stored.Body?.transformToByteArray()) ?? [])).toEqual(body);
  }
  expect([...expected.keys()]).toEqual(["clockwise", "counterclockwise"]);
  s3.destroy();
});

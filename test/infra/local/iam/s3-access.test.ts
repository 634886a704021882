import { describe, expect, it } from "vitest";
import type { S3OperationName } from "../../../../infra/local/emulator/s3-operation.ts";
import { s3AccessOf } from "../../../../infra/local/iam/s3-access.ts";

const BUCKET = "arn:aws:s3:::bucket";
const OBJECT = `${BUCKET}/a/b.jpg`;

/** What an operation on `a/b.jpg` needs, as `action resource`, and the prefix that it lists. */
function needsOf(
  name: S3OperationName,
  {
    exists = true,
    comparesETag = false,
    givesTags = false,
    copiesTags = false,
    query = {},
  }: { exists?: boolean; comparesETag?: boolean; givesTags?: boolean; copiesTags?: boolean; query?: object } = {},
): string[] {
  const operation = { name, bucket: "bucket", key: "a/b.jpg", query: { ...query } };
  const copySource = name.endsWith("Copy") || name === "CopyObject" ? { bucket: "source", key: "c" } : undefined;
  return s3AccessOf(operation, { copySource, comparesETag, givesTags, copiesTags, exists: () => exists }).map(
    ({ action, resource, context: { "s3:prefix": prefix } }) =>
      [action, resource, ...(prefix === undefined ? [] : [prefix])].join(" "),
  );
}

describe("an operation of S3", () => {
  it.each<[S3OperationName, Parameters<typeof needsOf>[1], string[]]>([
    ["GetObject", {}, [`s3:GetObject ${OBJECT}`]],
    ["GetObject", { exists: false }, [`s3:GetObject ${OBJECT}`, `s3:ListBucket ${BUCKET} a/b.jpg`]],
    ["HeadObject", { exists: false }, [`s3:GetObject ${OBJECT}`, `s3:ListBucket ${BUCKET} a/b.jpg`]],
    ["PutObject", {}, [`s3:PutObject ${OBJECT}`]],
    ["PutObject", { comparesETag: true }, [`s3:PutObject ${OBJECT}`, `s3:GetObject ${OBJECT}`]],
    ["PutObject", { givesTags: true }, [`s3:PutObject ${OBJECT}`, `s3:PutObjectTagging ${OBJECT}`]],
    ["CreateMultipartUpload", { givesTags: true }, [`s3:PutObject ${OBJECT}`, `s3:PutObjectTagging ${OBJECT}`]],
    [
      "CopyObject",
      { copiesTags: true },
      [
        "s3:GetObject arn:aws:s3:::source/c",
        "s3:GetObjectTagging arn:aws:s3:::source/c",
        `s3:PutObject ${OBJECT}`,
        `s3:PutObjectTagging ${OBJECT}`,
      ],
    ],
    ["CopyObject", {}, ["s3:GetObject arn:aws:s3:::source/c", `s3:PutObject ${OBJECT}`]],
    [
      "CopyObject",
      { exists: false },
      ["s3:GetObject arn:aws:s3:::source/c", "s3:ListBucket arn:aws:s3:::source c", `s3:PutObject ${OBJECT}`],
    ],
    ["DeleteObject", { exists: false }, [`s3:DeleteObject ${OBJECT}`]],
    ["GetObjectTagging", {}, [`s3:GetObjectTagging ${OBJECT}`]],
    ["CreateMultipartUpload", {}, [`s3:PutObject ${OBJECT}`]],
    ["UploadPart", {}, [`s3:PutObject ${OBJECT}`]],
    ["UploadPartCopy", {}, ["s3:GetObject arn:aws:s3:::source/c", `s3:PutObject ${OBJECT}`]],
    ["CompleteMultipartUpload", {}, [`s3:PutObject ${OBJECT}`]],
    ["AbortMultipartUpload", {}, [`s3:AbortMultipartUpload ${OBJECT}`]],
    ["ListParts", {}, [`s3:ListMultipartUploadParts ${OBJECT}`]],
    ["ListObjects", { query: { prefix: "a/" } }, [`s3:ListBucket ${BUCKET} a/`]],
    ["ListObjectsV2", {}, [`s3:ListBucket ${BUCKET}`]],
    ["ListMultipartUploads", {}, [`s3:ListBucketMultipartUploads ${BUCKET}`]],
    ["HeadBucket", {}, [`s3:ListBucket ${BUCKET}`]],
    ["GetBucketLocation", {}, [`s3:GetBucketLocation ${BUCKET}`]],
    ["CreateBucket", {}, [`s3:CreateBucket ${BUCKET}`]],
    ["DeleteBucket", {}, [`s3:DeleteBucket ${BUCKET}`]],
    ["ListBuckets", {}, ["s3:ListAllMyBuckets *"]],
  ])("%s with %o needs %j", (name, facts, needs) => {
    expect(needsOf(name, facts)).toEqual(needs);
  });
});

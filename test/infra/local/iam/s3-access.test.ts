import { describe, expect, it } from "vitest";
import type { S3OperationName } from "../../../../infra/local/emulator/s3-operation.ts";
import { s3AccessOf } from "../../../../infra/local/iam/s3-access.ts";

const BUCKET = "arn:aws:s3:::bucket";
const OBJECT = `${BUCKET}/a/b.jpg`;

/** What an operation on `a/b.jpg` needs, as `action resource`, and the prefix that it lists. */
interface Facts {
  readonly exists?: boolean;
  readonly comparesETag?: boolean;
  readonly givesTags?: boolean;
  readonly copiesTags?: boolean;
  readonly query?: object;
}

function accessOf(name: S3OperationName, { exists = true, query = {}, ...facts }: Facts) {
  const { comparesETag = false, givesTags = false, copiesTags = false } = facts;
  const operation = { name, bucket: "bucket", key: "a/b.jpg", query: { ...query } };
  const copySource = name.endsWith("Copy") || name === "CopyObject" ? { bucket: "source", key: "c" } : undefined;
  return s3AccessOf(operation, { copySource, comparesETag, givesTags, copiesTags, exists: () => exists });
}

function needsOf(name: S3OperationName, facts: Facts): string[] {
  return accessOf(name, facts).map(({ action, resource, context: { "s3:prefix": prefix } }) =>
    [action, resource, ...(prefix === undefined ? [] : [prefix])].join(" "),
  );
}

describe("an operation of S3", () => {
  it.each<[S3OperationName, Facts, string[]]>([
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

  it.each<[S3OperationName, Facts, string[]]>([
    ["GetObject", {}, ["s3:GetObject kms:Decrypt"]],
    ["GetObject", { exists: false }, []],
    ["HeadObject", {}, []],
    ["PutObject", {}, ["s3:PutObject kms:GenerateDataKey"]],
    ["PutObject", { comparesETag: true, givesTags: true }, ["s3:PutObject kms:GenerateDataKey"]],
    ["CopyObject", {}, ["s3:GetObject kms:Decrypt", "s3:PutObject kms:GenerateDataKey"]],
    ["CreateMultipartUpload", {}, ["s3:PutObject kms:GenerateDataKey kms:Decrypt"]],
    ["UploadPart", {}, ["s3:PutObject kms:GenerateDataKey kms:Decrypt"]],
    ["UploadPartCopy", {}, ["s3:GetObject kms:Decrypt", "s3:PutObject kms:GenerateDataKey kms:Decrypt"]],
    ["CompleteMultipartUpload", {}, ["s3:PutObject kms:GenerateDataKey kms:Decrypt"]],
    ["DeleteObject", {}, []],
    ["ListObjectsV2", {}, []],
  ])("%s with %o asks of the key of an encrypted bucket: %j", (name, facts, asked) => {
    const needs = accessOf(name, facts).filter(({ keyActions = [] }) => keyActions.length > 0);

    expect(needs.map(({ action, keyActions = [] }) => [action, ...keyActions].join(" "))).toEqual(asked);
  });
});

/** What S3 takes as a bucket's name (https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html). */
export const BUCKET_NAME = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/** Why S3 would not give a bucket this name, as a sentence. */
export function bucketNameProblem(name: string): string | undefined {
  return BUCKET_NAME.test(name)
    ? undefined
    : `Expected a bucket name of 3 to 63 lower-case letters, digits, dots and hyphens, received ${name}.`;
}

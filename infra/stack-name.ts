/** Throws a `TypeError` unless the name is one that Pulumi takes; it is part of the names of files and folders. */
export function checkStackName(stack: string): void {
  if (!/^[A-Za-z0-9_][\w.-]{0,99}$/.test(stack)) {
    throw new TypeError(
      `Expected a stack's name of letters, digits, hyphens, underscores and periods, received ${stack}.`,
    );
  }
}

/** What Lambda takes (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html and .../latest/api/API_CreateFunction.html). */

/** Bytes of a function's code and of its layers, unzipped. */
export const MAX_UNZIPPED_BYTES = 250 * 1024 * 1024;

export const MAX_FUNCTION_NAME_LENGTH = 64;

export const MAX_DESCRIPTION_LENGTH = 256;

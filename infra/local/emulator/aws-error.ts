/** A refusal in AWS's own words: the code that a client branches on, and the HTTP status that carries it. */
export class AwsError extends Error {
  override readonly name = "AwsError";
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

/** The refusal of what the emulator does not do. An unknown request must never look like a success. */
export function notImplemented(what: string): AwsError {
  return new AwsError("NotImplemented", `The local emulator does not implement ${what}.`, 501);
}

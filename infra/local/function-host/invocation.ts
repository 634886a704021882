/** What Lambda tells of an error that a handler threw, or that kept it from being loaded. */
export interface HandlerError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly stack?: string;
}

/** How an invocation ended, or that it never began. */
export type Invocation =
  | { readonly outcome: "returned"; readonly value: unknown }
  | { readonly outcome: "threw"; readonly error: HandlerError }
  | { readonly outcome: "timedOut" }
  /** The reason is `exit code 3`, `signal SIGSEGV` or `out of memory`. */
  | { readonly outcome: "crashed"; readonly reason: string }
  /** Lambda refused it with 429, for want of concurrency. */
  | { readonly outcome: "throttled" };

/** From the host to a runtime process. */
export interface InvocationRequest {
  readonly requestId: string;
  readonly functionArn: string;
  /** Milliseconds since the epoch. */
  readonly deadline: number;
  /** As JSON: values cross as they do on Lambda. */
  readonly event: string;
}

/** From a runtime process to the host: one when its code is loaded, then one per invocation. */
export type RuntimeAnswer =
  | { readonly kind: "loaded" }
  | { readonly kind: "returned"; readonly value: string }
  | { readonly kind: "threw"; readonly error: HandlerError }
  | { readonly kind: "notLoaded"; readonly error: HandlerError };

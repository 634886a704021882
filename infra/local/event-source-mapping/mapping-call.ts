/** Marks the calls of a mapping itself, so that an emulator whose queue time is scaled leaves their seconds as they are. */
export const MAPPING_CALL_HEADER = "x-event-source-mapping";

interface Call {
  readonly middlewareStack: {
    add(
      middleware: <Args extends { readonly request: unknown }, Result>(
        next: (args: Args) => Result,
      ) => (args: Args) => Result,
      options: { step: "build"; name: string },
    ): void;
  };
}

export function markAsMapping<Command extends Call>(command: Command): Command {
  command.middlewareStack.add(
    (next) => (args) => {
      if (hasHeaders(args.request)) args.request.headers[MAPPING_CALL_HEADER] = "true";
      return next(args);
    },
    { step: "build", name: "markAsMapping" },
  );
  return command;
}

function hasHeaders(request: unknown): request is { headers: Record<string, string> } {
  return typeof request === "object" && request !== null && "headers" in request;
}

import { defineTransform, options } from "../../../../runtime/contract.ts";

const timeoutSeconds = Number(process.env.COPY_TIMEOUT_SECONDS ?? 60);

/** Breaks "does nothing when it is imported", and keeps every other promise. */
export default defineTransform({
  summary: "The source in its own format, in a time that the environment gives.",
  accepts: ["image/jpeg"],
  options: options({}),
  variants: () => [{ name: "copy", format: "source" }],
  limits: { memoryMb: 1769, timeoutSeconds },
  async *transform(source) {
    yield { variant: "copy", body: await source.image().toBuffer() };
  },
});

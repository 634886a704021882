export const LAYOUTS = ["two", "one", "existing"] as const;
export type Layout = (typeof LAYOUTS)[number];

/** Where uploads and outputs are. The two spaces never overlap. */
export interface BucketPlaces {
  readonly layout: Layout;
  readonly uploads: BucketPlace;
  readonly outputs: BucketPlace;
}

export interface BucketPlace {
  /** The name of an existing bucket; `undefined` for one that the stack makes. */
  readonly bucket: string | undefined;
  /** What all keys start with: empty, or ends in a slash. */
  readonly prefix: string;
}

/** `buckets` as configured; what is not said is empty. */
export interface BucketOptions {
  readonly layout: Layout;
  readonly uploads: string;
  readonly outputs: string;
  readonly uploadsPrefix: string;
  readonly outputsPrefix: string;
}

/** In one bucket, where a stack names no other. */
const ONE_BUCKET = { uploadsPrefix: "uploads/", outputsPrefix: "outputs/" };

/**
 * Where a stack's uploads and outputs are. Throws a `TypeError` with a line for each thing that does not fit the layout; above
 * all one in which outputs would be taken for uploads, and be worked on without end.
 */
export function readBucketPlaces(configured: BucketOptions): BucketPlaces {
  const { layout, uploads, outputs } = configured;
  const prefixes = layout === "one" ? ONE_BUCKET : { uploadsPrefix: "", outputsPrefix: "" };
  const uploadsPrefix = configured.uploadsPrefix || prefixes.uploadsPrefix;
  const outputsPrefix = configured.outputsPrefix || prefixes.outputsPrefix;
  const problems = [...nameProblems(configured)];
  const shared = layout === "one" || (layout === "existing" && uploads === outputs && uploads !== "");
  if (shared && (uploadsPrefix.startsWith(outputsPrefix) || outputsPrefix.startsWith(uploadsPrefix))) {
    problems.push(
      `Expected prefixes of which neither starts with the other for buckets.uploadsPrefix and buckets.outputsPrefix, since outputs among uploads would be worked on without end, received ${JSON.stringify(uploadsPrefix)} and ${JSON.stringify(outputsPrefix)} in one bucket.`,
    );
  }
  if (problems.length > 0) throw new TypeError(problems.join("\n"));
  return {
    layout,
    uploads: { bucket: uploads || undefined, prefix: uploadsPrefix },
    outputs: { bucket: outputs || undefined, prefix: outputsPrefix },
  };
}

function nameProblems({ layout, uploads, outputs }: BucketOptions): string[] {
  const names = Object.entries({ uploads, outputs });
  if (layout === "existing") {
    return names
      .filter(([, name]) => name === "")
      .map(([which]) => `Expected the name of an existing bucket for buckets.${which}, received nothing.`);
  }
  return names
    .filter(([, name]) => name !== "")
    .map(
      ([which, name]) =>
        `Expected a bucket's name for buckets.${which} only where buckets.layout is existing, received ${JSON.stringify(name)} for ${layout}.`,
    );
}

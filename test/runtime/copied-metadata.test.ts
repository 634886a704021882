import { describe, expect, it } from "vitest";
import { copyMetadata } from "../../runtime/copied-metadata.ts";

const OWN = { digest: "d" };

/** What `x-amz-meta-` and OWN take of the 2,048 bytes, and the name `a`. */
const TAKEN = "x-amz-meta-digestd".length + "x-amz-meta-a".length;

function copyOf(metadata: Record<string, string>, hiddenMetadata = 0) {
  return copyMetadata({ metadata, hiddenMetadata }, OWN);
}

describe("copied metadata", () => {
  it.each([
    {},
    { title: "Tom & Ann; 100%", empty: "", "x_y.z": "~" },
    // As S3 tells other characters, and takes them.
    { name: "=?UTF-8?Q?J=C3=BCrgen?= =?UTF-8?B?5pel5pys?=" },
    { a: "x".repeat(2_048 - TAKEN) },
  ])("is all of %j", (metadata) => {
    expect(copyOf(metadata)).toEqual({ metadata, notes: [] });
  });

  it.each([
    [{ digest: "mine" }, "User metadata was not copied, since outputs have their own: digest."],
    [{ name: "J\u00fcrgen" }, "User metadata was not copied, since it has characters that can't be sent: name."],
    [{ name: "a\nb" }, "User metadata was not copied, since it has characters that can't be sent: name."],
    [{ "a b": "c" }, "User metadata was not copied, since it has characters that can't be sent: a b."],
    [{ a: "x".repeat(2_049 - TAKEN) }, "User metadata was not copied, since an object takes 2048 bytes of it: a."],
  ])("is nothing of %j, and a note", (metadata, note) => {
    expect(copyOf(metadata)).toEqual({ metadata: {}, notes: [note] });
  });

  it("is as much as fits, by name, in whatever order it comes", () => {
    const metadata = { c: "small", b: "x".repeat(1_500), d: "y".repeat(1_500), a: "small" };

    expect(copyOf(metadata)).toEqual({
      metadata: { a: "small", b: metadata.b, c: "small" },
      notes: ["User metadata was not copied, since an object takes 2048 bytes of it: d."],
    });
  });

  it("counts bytes, not characters, of what is its own", () => {
    const own = { title: "\u00fc".repeat(1_000) };

    expect(copyMetadata({ metadata: { a: "x".repeat(40) }, hiddenMetadata: 0 }, own).metadata).toEqual({});
  });

  it("is nothing of what is said to the machine", () => {
    expect(copyOf({ "image-machine": "resize", title: "Tom" })).toEqual({ metadata: { title: "Tom" }, notes: [] });
  });

  it("notes what S3 does not tell", () => {
    expect(copyOf({ title: "Tom" }, 2)).toEqual({
      metadata: { title: "Tom" },
      notes: ["User metadata was not copied, since S3 does not tell it: 2 of its names."],
    });
  });
});

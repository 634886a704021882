import { describe, expect, it } from "vitest";
import { suffixFilter, uploadFilter } from "../../infra/upload-filter.ts";
import { ALL_MEDIA_TYPES, MEDIA_TYPES, type MediaType } from "../../runtime/media-type.ts";

describe("a filter on uploads", () => {
  it("spells each extension in the three ways that people and cameras do", () => {
    expect(uploadFilter(["image/tiff", "image/png"])).toEqual({
      Records: {
        s3: {
          object: {
            key: [
              { suffix: ".tif" },
              { suffix: ".TIF" },
              { suffix: ".Tif" },
              { suffix: ".tiff" },
              { suffix: ".TIFF" },
              { suffix: ".Tiff" },
              { suffix: ".png" },
              { suffix: ".PNG" },
              { suffix: ".Png" },
            ],
          },
        },
      },
    });
  });

  it("names a spelling once, however often a media type is accepted", () => {
    expect(uploadFilter(["image/gif", "image/gif"])).toEqual(uploadFilter(["image/gif"]));
  });

  it("holds every media type within what SNS allows", () => {
    const { key } = uploadFilter(ALL_MEDIA_TYPES).Records.s3.object;

    expect(key.length).toBe(3 * ALL_MEDIA_TYPES.flatMap((type) => [...MEDIA_TYPES[type].extensions]).length);
    expect(4 * key.length).toBeLessThanOrEqual(150);
  });

  it("holds as many extensions as SNS allows, and refuses one more with the limit's name", () => {
    const extensions = Array.from({ length: 12 }, (_, index) => `x${String.fromCharCode(97 + index)}`);

    expect(suffixFilter(extensions).Records.s3.object.key).toHaveLength(36);
    expect(() => suffixFilter([...extensions, "xz"])).toThrow(
      new TypeError(
        "Expected extensions that need at most 37 patterns, which is what SNS allows in a filter policy on an object's key, received 13 that need 39.",
      ),
    );
  });

  it("uses only characters that are the same in a URL-encoded key", () => {
    const suffixes = uploadFilter(ALL_MEDIA_TYPES).Records.s3.object.key.map(({ suffix }) => suffix);

    expect(suffixes.map(encodeURIComponent)).toEqual(suffixes);
  });

  it.each([
    { key: "photo.jpg", passes: true },
    { key: "cats/tom & jerry.JPG", passes: true },
    { key: "Photo.Jpeg", passes: true },
    { key: "photo.jfif", passes: true },
    { key: "photo.jPG", passes: false },
    { key: "photo.jpg.txt", passes: false },
    { key: "photo.png", passes: false },
    { key: "photo", passes: false },
    { key: "jpg", passes: false },
    { key: "photos.jpg/", passes: false },
  ])("says of $key that it passes: $passes", ({ key, passes }) => {
    expect(passesFilter(key, ["image/jpeg"])).toBe(passes);
  });
});

function passesFilter(key: string, accepts: readonly MediaType[]): boolean {
  return uploadFilter(accepts).Records.s3.object.key.some(({ suffix }) => key.endsWith(suffix));
}

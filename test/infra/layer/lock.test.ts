import { describe, expect, it } from "vitest";
import { type LockEntry, type LockFile, layerLock } from "../../../infra/layer/lock.ts";
import { LAYER_PACKAGES, readLayer } from "../../../infra/layer.ts";

const BINARY = { version: "1.0.0", optional: true } as const;

const PACKAGES: Record<string, LockEntry> = {
  "": { dependencies: { other: "^1.0.0", pictures: "^2.0.0" } },
  "node_modules/other": { version: "1.0.0" },
  "node_modules/pictures": {
    version: "2.0.0",
    dependencies: { colour: "^1.0.0", version: "^7.0.0" },
    optionalDependencies: {
      "@bin/linux-arm64": "1.0.0",
      "@bin/linux-x64": "1.0.0",
      "@bin/musl-arm64": "1.0.0",
      "@bin/darwin-arm64": "1.0.0",
      "@bin/anywhere": "1.0.0",
      "@bin/not-locked": "1.0.0",
    },
  },
  "node_modules/colour": { version: "1.0.0", dependencies: { pictures: "*" } },
  "node_modules/version": { version: "6.0.0" },
  "node_modules/pictures/node_modules/version": { version: "7.1.0", dependencies: { colour: "^1.0.0" } },
  "node_modules/@bin/linux-arm64": {
    ...BINARY,
    os: ["linux"],
    cpu: ["arm64"],
    libc: ["glibc"],
    optionalDependencies: { "@bin/library-linux-arm64": "1.0.0" },
  },
  "node_modules/@bin/library-linux-arm64": { ...BINARY, os: ["linux"], cpu: ["arm64"] },
  "node_modules/@bin/linux-x64": { ...BINARY, os: ["linux"], cpu: ["x64"], libc: ["glibc"] },
  "node_modules/@bin/musl-arm64": { ...BINARY, os: ["linux"], cpu: ["arm64"], libc: ["musl"] },
  "node_modules/@bin/darwin-arm64": { ...BINARY, os: ["darwin"], cpu: ["arm64"] },
  "node_modules/@bin/anywhere": BINARY,
};

describe("the lock file of a layer", () => {
  it("holds a package, all that it needs where Node finds it, and the binaries of one platform", () => {
    const lock = layerLock(project(PACKAGES), ["pictures"], "arm64");

    expect(lock).toEqual({
      name: "layer",
      lockfileVersion: 3,
      packages: {
        "": { dependencies: { pictures: "2.0.0" } },
        "node_modules/@bin/library-linux-arm64": PACKAGES["node_modules/@bin/library-linux-arm64"],
        "node_modules/@bin/linux-arm64": PACKAGES["node_modules/@bin/linux-arm64"],
        "node_modules/colour": PACKAGES["node_modules/colour"],
        "node_modules/pictures": {
          version: "2.0.0",
          dependencies: { colour: "^1.0.0", version: "^7.0.0" },
          optionalDependencies: { "@bin/linux-arm64": "1.0.0" },
        },
        "node_modules/pictures/node_modules/version": PACKAGES["node_modules/pictures/node_modules/version"],
      },
    });
  });

  it("holds the binaries of the other platform for that one", () => {
    const { packages } = layerLock(project(PACKAGES), ["pictures"], "x86_64");

    expect(Object.keys(packages).filter((path) => path.includes("@bin"))).toEqual(["node_modules/@bin/linux-x64"]);
  });

  it("is the same text in whatever order the project's lock file lists its packages", () => {
    const reversed = Object.fromEntries(Object.entries(PACKAGES).reverse());

    expect(JSON.stringify(layerLock(project(reversed), ["pictures"], "arm64"))).toBe(
      JSON.stringify(layerLock(project(PACKAGES), ["pictures"], "arm64")),
    );
  });

  it("fails on a package that the project has not locked", () => {
    const { "node_modules/colour": _, ...packages } = PACKAGES;

    expect(() => layerLock(project(packages), ["pictures"], "arm64")).toThrow(
      new TypeError("Expected package-lock.json to have node_modules/colour, found nothing."),
    );
  });

  it("names one layer per platform by its content", async () => {
    const [arm64, again, x64] = await Promise.all([readLayer("arm64"), readLayer("arm64"), readLayer("x86_64")]);

    expect(arm64.path).toMatch(/^\.image-machine\/layers\/arm64-[0-9a-f]{16}$/);
    expect(again.path).toBe(arm64.path);
    expect(x64.path).toMatch(/^\.image-machine\/layers\/x86_64-[0-9a-f]{16}$/);
  });

  it("holds every package that bundles leave out, with binaries for the functions' platform alone", async () => {
    const { lock } = await readLayer("arm64");

    const binaries = Object.values(lock.packages).filter(({ os }) => os !== undefined);

    expect(Object.keys(lock.packages[""]?.dependencies ?? {})).toEqual([...LAYER_PACKAGES]);
    expect(binaries.map(({ os, cpu, libc }) => ({ os, cpu, libc }))).toEqual([
      { os: ["linux"], cpu: ["arm64"], libc: ["glibc"] },
      { os: ["linux"], cpu: ["arm64"], libc: ["glibc"] },
    ]);
  });
});

function project(packages: Record<string, LockEntry>): LockFile {
  return { name: "project", lockfileVersion: 3, packages };
}

import { posix, win32 } from "node:path";
import { describe, expect, it } from "vitest";
import { archivePath } from "../../infra/project-root.ts";

const UNIX = { projectFolder: "/home/ann/machine", workingFolder: "/home/ann/machine/infra", paths: posix };
const WINDOWS = { projectFolder: "C:\\code\\machine\\", workingFolder: "C:\\code\\machine\\infra", paths: win32 };

describe("an archive's path", () => {
  it.each([
    ["Unix", ".image-machine/layers/arm64-0", UNIX],
    ["Unix, absolute", "/home/ann/machine/.image-machine/layers/arm64-0", UNIX],
    ["Windows", ".image-machine/layers/arm64-0", WINDOWS],
    ["Windows, absolute", "C:\\code\\machine\\.image-machine\\layers\\arm64-0", WINDOWS],
  ])("is the same in a stack's state from any machine: %s", (_, folder, host) => {
    expect(archivePath(folder, host)).toBe("../.image-machine/layers/arm64-0");
  });
});

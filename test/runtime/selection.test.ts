import { describe, expect, it } from "vitest";
import { selector } from "../../runtime/selection.ts";
import type { Selection } from "../../runtime/settings.ts";

const ALL: Selection = { prefix: "", suffixes: [], include: [], exclude: [] };

describe("a selection", () => {
  it.each(["cat.png", "", "a//b", "../up"])("takes %j if it says nothing", (key) => {
    expect(selector(ALL)(key)).toBeUndefined();
  });

  it.each<[Partial<Selection>, string, string | undefined]>([
    [{ prefix: "cats/" }, "cats/tom.png", undefined],
    [{ prefix: "cats/" }, "Cats/tom.png", "Its key does not start with cats/."],
    [{ prefix: "cats/" }, "dogs/cats/tom.png", "Its key does not start with cats/."],
    [{ suffixes: [".jpg", ".PNG"] }, "tom.png", undefined],
    [{ suffixes: [".jpg", ".PNG"] }, "TOM.JPG", undefined],
    [{ suffixes: [".jpg", ".PNG"] }, "tom.jpg.txt", "Its key does not end with .jpg, .PNG."],
    [{ include: ["cats/**", "dogs/*"] }, "cats/old/tom.png", undefined],
    [{ include: ["cats/**", "dogs/*"] }, "dogs/rex.png", undefined],
    [{ include: ["cats/**", "dogs/*"] }, "dogs/old/rex.png", "Its key does not match cats/**, dogs/*."],
    [{ exclude: ["**/private/**", "*.tmp"] }, "cats/tom.png", undefined],
    [
      { exclude: ["**/private/**", "*.tmp"] },
      "a/private/b/tom.png",
      "Its key matches **/private/**, which is excluded.",
    ],
    [{ include: ["**"], exclude: ["*.tmp"] }, "a.tmp", "Its key matches *.tmp, which is excluded."],
    [{ prefix: "cats/", suffixes: [".png"], include: ["cats/*"], exclude: ["**/x*"] }, "cats/tom.png", undefined],
  ])("of %j judges %s", (given, key, reason) => {
    expect(selector({ ...ALL, ...given })(key)).toBe(reason);
  });
});

const MATCHES: [glob: string, keys: string[], others: string[]][] = [
  ["*", ["a", ".a", "a.b", ".."], ["a/b", "/a"]],
  ["**", ["a", "a/b", ".a/.b", "/a", "a//b", "../a", "./a", "a/../b", "a\nb"], []],
  ["**/*.png", ["a.png", "a/b.png", ".a.png", "a/.b/c.png", "/a.png", "../a.png"], ["a.PNG", "a.png/b"]],
  ["a/**/b", ["a/b", "a/x/b", "a/x/y/b"], ["axb", "a/b/c"]],
  ["private/**", ["private/a/b", "private/../a"], ["privates/a"]],
  ["a?c", ["abc", "a.c"], ["ac", "a/c", "abbc"]],
  ["{cats,dogs}/*.{jpg,png}", ["cats/a.jpg", "dogs/b.png"], ["birds/a.jpg", "cats/a.gif"]],
  ["日本/*", ["日本/猫.png"], ["日/猫.png"]],
  ["../*", ["../a"], ["a", "x/a"]],
  ["./a", ["./a"], ["a"]],
  ["photo (*).jpg", ["photo (1).jpg"], ["photo 1.jpg"]],
  ["[ab]+!^$|@(a)*", ["[ab]+!^$|@(a)x"], ["a", "b"]],
  ["!a", ["!a"], ["b"]],
  ["a\\*\\{b,c\\}", ["a*{b,c}"], ["axb", "ab"]],
];

describe("a glob", () => {
  it.each(MATCHES)("%s matches %j, and none of %j", (glob, keys, others) => {
    const select = selector({ ...ALL, include: [glob] });

    const matched = [...keys, ...others].filter((key) => select(key) === undefined);

    expect(matched).toEqual(keys);
  });
});

import { dirname, join } from "node:path/posix";
import ts from "typescript";

/** The text of each source file, by its path from the project's folder. */
export type Sources = ReadonlyMap<string, string>;

/** What one file takes from another, or from a package. */
export interface Import {
  readonly from: string;
  /** A path from the project's folder, or the name of a package: `runtime/gif.ts`, `@scope/name`, `node:path`. */
  readonly to: string;
  /** Whether it is still there when types are stripped, so that the other file is loaded. */
  readonly isValue: boolean;
}

/** Every import of the files, re-exports and calls of `import` and `require` included. */
export function importsOf(sources: Sources): Import[] {
  return [...sources].flatMap(([from, text]) => {
    const tree = ts.createSourceFile(from, text, ts.ScriptTarget.Latest);
    return specifiersIn(tree).map(({ specifier, isValue }) => ({ from, to: resolved(specifier, from), isValue }));
  });
}

interface Specifier {
  readonly specifier: string;
  readonly isValue: boolean;
}

function specifiersIn(node: ts.Node): Specifier[] {
  const found: Specifier[] = specifierOf(node);
  ts.forEachChild(node, (child) => {
    found.push(...specifiersIn(child));
  });
  return found;
}

function specifierOf(node: ts.Node): Specifier[] {
  // A list in which each name is a type keeps its import: `verbatimModuleSyntax` strips `import type` alone.
  if (ts.isImportDeclaration(node))
    return literal(node.moduleSpecifier, node.importClause?.phaseModifier !== ts.SyntaxKind.TypeKeyword);
  if (ts.isExportDeclaration(node) && node.moduleSpecifier) return literal(node.moduleSpecifier, !node.isTypeOnly);
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) return literal(node.argument.literal, false);
  if (ts.isCallExpression(node) && node.arguments[0] && isLoader(node.expression))
    return literal(node.arguments[0], true);
  return [];
}

/** A specifier that is computed when the program runs is not known here. */
function literal(node: ts.Node, isValue: boolean): Specifier[] {
  return ts.isStringLiteralLike(node) ? [{ specifier: node.text, isValue }] : [];
}

function isLoader(called: ts.Expression): boolean {
  return called.kind === ts.SyntaxKind.ImportKeyword || (ts.isIdentifier(called) && called.text === "require");
}

function resolved(specifier: string, from: string): string {
  if (specifier.startsWith(".")) return join(dirname(from), specifier);
  return specifier.startsWith("@") ? specifier.split("/", 2).join("/") : (specifier.split("/")[0] ?? specifier);
}

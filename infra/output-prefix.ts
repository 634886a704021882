/**
 * What the keys of all outputs of a worker start with, below where the stack keeps outputs: its template up to the first part
 * that depends on an upload.
 */
export function literalPrefix(template: string, worker: string): string {
  const named = template.replaceAll("{transform}", () => worker);
  const placeholder = named.search(/\{\w+\}/);
  return placeholder < 0 ? named : named.slice(0, placeholder);
}

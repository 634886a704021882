/**
 * What each gets of something that all want: what it wants if there is enough, else a part in proportion, in whole numbers
 * whose sum is what there is.
 */
export function shares(wants: readonly number[], available: number): number[] {
  const total = wants.reduce((sum, want) => sum + want, 0);
  if (total <= available) return [...wants];
  const exact = wants.map((want) => (want * available) / total);
  const whole = exact.map(Math.floor);
  const left = Math.floor(available) - whole.reduce((sum, part) => sum + part, 0);
  // What rounding leaves goes to those who lost most by it.
  const byLoss = exact.map((part, index) => ({ index, loss: part % 1 })).sort((a, b) => b.loss - a.loss);
  for (const { index } of byLoss.slice(0, left)) whole[index] = (whole[index] ?? 0) + 1;
  return whole;
}

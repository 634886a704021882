const [MINUTE, HOUR, DAY] = [60, 3_600, 86_400];

/** `1,200` */
export function amount(number: number): string {
  return Math.round(number).toLocaleString("en-US");
}

/** `1,200 uploads` */
export function count(number: number, noun: string): string {
  return `${amount(number)} ${noun}${number === 1 ? "" : "s"}`;
}

/** `90 s`, `12 min`, `3.5 h` or `7 days` */
export function duration(seconds: number): string {
  if (seconds < 2 * MINUTE) return `${Math.ceil(seconds)} s`;
  if (seconds < 10 * MINUTE) return `${tenths(seconds / MINUTE)} min`;
  if (seconds < 2 * HOUR) return `${Math.round(seconds / MINUTE)} min`;
  if (seconds < 2 * DAY) return `${tenths(seconds / HOUR)} h`;
  return `${tenths(seconds / DAY)} days`;
}

/** `$0.0012`, `$0.42` or `$1,234` */
export function dollars(price: number): string {
  if (price < 0.00001) return "$0";
  if (price < 0.01) return `$${price.toFixed(5).replace(/0+$/, "")}`;
  return price < 100 ? `$${price.toFixed(2)}` : `$${amount(price)}`;
}

/** `7` or `5.8` */
function tenths(number: number): string {
  return number.toFixed(1).replace(/\.0$/, "");
}

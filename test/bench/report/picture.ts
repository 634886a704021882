import { type BenchResults, isRatio, type ResultRow } from "../results.ts";

const WIDTH = 860;
const LABEL_WIDTH = 450;
const BAR_WIDTH = 300;
const ROW = 26;
const TOP = 58;
const BAR = 14;
/** What stands beyond the other's time: as much as fits. */
const MAX_RATIO = 1.3;

const STYLE = `
    text { font: 12px system-ui, sans-serif; fill: #1f2328 }
    .small { font-size: 11px; fill: #59636e }
    .title { font-size: 14px; font-weight: 600 }
    .bar { fill: #2f6f9f }
    .missed { fill: #b35900 }
    .line { stroke: #59636e }
    .range { stroke: #1f2328 }
    .target { stroke: #1f2328; stroke-dasharray: 2 2 }
    @media (prefers-color-scheme: dark) {
      text { fill: #f0f6fc }
      .small { fill: #9198a1 }
      .bar { fill: #5aa2d6 }
      .missed { fill: #e3954a }
      .line { stroke: #9198a1 }
      .range, .target { stroke: #f0f6fc }
    }`;

/** The jobs that are compared with Pillow in wall time, as bars: an SVG that is readable on light and on dark pages. */
export function benchPicture({ rows, date, machine }: BenchResults): string {
  const shown = rows.filter((row) => isRatio(row) && row.measure === "wall" && row.against === "Pillow");
  const height = TOP + shown.length * ROW + 34;
  const description = shown.map(({ title, result }) => `${title}: ${result.value.toFixed(2)}`).join("; ");
  const one = LABEL_WIDTH + BAR_WIDTH / MAX_RATIO;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-labelledby="title description">
  <title id="title">Time of Image Machine as a share of Pillow's</title>
  <desc id="description">Shorter is faster; 1 is Pillow. ${escapeXml(description)}.</desc>
  <style>${STYLE}
  </style>
  <text class="title" x="8" y="22">Time as a share of the classic Pillow handler's</text>
  <text class="small" x="8" y="40">shorter is faster; thin lines are the range of rounds, dashes the targets; orange misses its target</text>
  <text class="small" x="${round(one)}" y="${TOP - 6}" text-anchor="middle">1 = Pillow</text>
${shown.map(bar).join("\n")}
  <line class="line" x1="${round(one)}" x2="${round(one)}" y1="${TOP}" y2="${TOP + shown.length * ROW}"/>
  <text class="small" x="8" y="${height - 10}">${escapeXml(`${machine.cpu}, ${machine.cores} cores; Node ${machine.versions.node}, sharp ${machine.versions.sharp}, Pillow ${machine.versions.Pillow ?? "not measured"}; ${date.slice(0, 10)}`)}</text>
</svg>
`;
}

function bar({ title, result, target, verdict }: ResultRow, index: number): string {
  const top = TOP + index * ROW + (ROW - BAR) / 2;
  const middle = top + BAR / 2;
  const value = result.value > MAX_RATIO ? `${result.value.toFixed(2)} →` : result.value.toFixed(2);
  const end = LABEL_WIDTH + BAR_WIDTH + 12;
  const marks = [
    `  <text x="${LABEL_WIDTH - 8}" y="${middle + 4}" text-anchor="end">${escapeXml(title)}</text>`,
    `  <rect class="bar${verdict === "missed" ? " missed" : ""}" x="${LABEL_WIDTH}" y="${top}" width="${round(length(result.value))}" height="${BAR}" rx="2"/>`,
    `  <line class="range" x1="${place(result.low)}" x2="${place(result.high)}" y1="${middle}" y2="${middle}"/>`,
    `  <text x="${end}" y="${middle + 4}">${value}</text>`,
  ];
  if (target !== undefined)
    marks.push(
      `  <line class="target" x1="${place(target)}" x2="${place(target)}" y1="${top - 3}" y2="${top + BAR + 3}"/>`,
    );
  return marks.join("\n");
}

function length(ratio: number): number {
  return (Math.min(ratio, MAX_RATIO) / MAX_RATIO) * BAR_WIDTH;
}

function place(ratio: number): number {
  return round(LABEL_WIDTH + length(ratio));
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

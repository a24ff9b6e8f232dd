import { bytes, clock, fine } from './format.js';

/* global uPlot */

const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const GUTTER = 58;
const DASHES = { p50: [], p95: [7, 4], p99: [2, 3] };
const SIGNS = { p50: '──', p95: '– –', p99: '···' }; // for those who see no colours

// Marks of a logarithmic axis: powers of ten; where fewer than three fit, 2 and 5 times each too.
function decades(u, axis, min, max) {
  const marks = (steps) => {
    const found = [];
    for (let ten = 10 ** Math.floor(Math.log10(min)); ten <= max; ten *= 10) {
      found.push(...steps.map((step) => step * ten).filter((mark) => mark >= min && mark <= max));
    }
    return found;
  };
  const tens = marks([1]);
  return tens.length > 2 ? tens : marks([1, 2, 5]);
}

const hours = (u, times) => times.map((t) => // a word at the very edge would be cut off
  (u.valToPos(t, 'x') > u.over.clientWidth - 26 ? '' : clock(t).slice(0, times[1] - times[0] < 60 ? 8 : 5)));

function axes(write, splits) {
  const shared = { stroke: () => css('--muted'), font: '12px system-ui, sans-serif', ticks: { show: false } };
  const grid = { stroke: () => css('--line'), width: 1 };
  return [
    { ...shared, grid: { show: false }, size: 26, space: 70, values: hours },
    { ...shared, grid, size: GUTTER, space: 28, ...splits, values: (u, all) => all.map((v) => (v === null ? '' : write(v))) },
  ];
}

// Moments of change: a start, an alert.
function lines(u, markers) {
  const { ctx, bbox } = u;
  ctx.save();
  ctx.strokeStyle = ctx.fillStyle = css('--muted');
  ctx.font = `${11 * devicePixelRatio}px system-ui, sans-serif`;
  ctx.setLineDash([2 * devicePixelRatio, 3 * devicePixelRatio]);
  let end = 0, row = 0;
  for (const { t, kind } of markers) {
    const x = u.valToPos(t, 'x', true);
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    const left = x + 60 * devicePixelRatio > bbox.left + bbox.width;
    ctx.textAlign = left ? 'right' : 'left';
    const begin = left ? x - 60 * devicePixelRatio : x;
    row = begin < end ? (row + 1) % 4 : 0; // a word that would run into the one before it stands a line lower
    end = begin + 60 * devicePixelRatio;
    ctx.fillText(kind, x + (left ? -4 : 4) * devicePixelRatio, bbox.top + (11 + 13 * row) * devicePixelRatio);
  }
  ctx.restore();
}

// Ticks where the garbage collector worked, higher where it took longer.
function ticks(u, gc) {
  const { ctx, bbox } = u;
  ctx.save();
  ctx.fillStyle = css('--p99');
  gc.forEach((ms, i) => {
    const x = u.valToPos(u.data[0][i], 'x', true);
    if (!ms || x < bbox.left) return;
    const height = Math.min(30, 4 + Math.sqrt(ms) * 3) * devicePixelRatio;
    ctx.fillRect(x - devicePixelRatio, bbox.top + bbox.height - height, 2 * devicePixelRatio, height);
  });
  ctx.restore();
}

const newest = (column) => column.findLast((v) => v !== null) ?? null;

// The legend shows the point under the pointer, and the newest one when there is none.
const line = (label, colour, dash, write) => ({
  label, stroke: () => css(colour), dash, width: 1.75, points: { show: false },
  value: (u, v, series, at) => write(at === null ? newest(u.data[series]) : v),
});

function build(plot, label, height, series, scale, write, drawn, more, splits) {
  const holder = document.createElement('div');
  holder.setAttribute('role', 'group');
  holder.setAttribute('aria-label', label);
  plot.replaceChildren(holder);
  const chart = new uPlot({
    width: plot.clientWidth, height, padding: [8, 0, 0, 0], axes: axes(write, splits),
    scales: { x: { time: true }, y: scale }, series: [{ label: 'time', value: (u, t) => clock(t ?? newest(u.data[0]) ?? 0) }, ...series],
    cursor: { drag: { x: true, y: false }, points: { size: 6 } }, hooks: { draw: [drawn], ...more },
  }, [[], ...series.map(() => [])], holder);
  new ResizeObserver(() => chart.setSize({ width: plot.clientWidth, height })).observe(plot);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => chart.redraw(false));
  return chart;
}

/** The latency chart. onZoom(from, to) is told of a drag, in epoch seconds. */
export function latencyChart(plot, onZoom) {
  let markers = [], zoom = null, setting = false;
  const names = Object.keys(DASHES);
  const chart = build(plot, 'p50, p95 and p99 over time; drag to zoom', 220,
    names.map((name) => line(`${name} ${SIGNS[name]}`, `--${name}`, DASHES[name], fine)), { distr: 3 }, fine, (u) => lines(u, markers), {
      setSelect: [(u) => {
        if (u.select.width < 5) return;
        onZoom(Math.floor(u.posToVal(u.select.left, 'x')), Math.ceil(u.posToVal(u.select.left + u.select.width, 'x')));
      }],
      setScale: [(u, key) => { // a double click shows the whole range again
        if (key === 'x' && zoom && !setting && u.scales.x.min < zoom[0] - 1) onZoom(null, null);
      }],
    }, { splits: decades });
  return (data, range) => {
    markers = data.markers ?? [];
    zoom = range;
    setting = true;
    chart.setData([data.series.t, ...names.map((name) => data.series[`${name}_ms`])], !range);
    if (range) chart.setScale('x', { min: range[0], max: range[1] });
    setting = false;
  };
}

export function memoryChart(plot) {
  let gc = [], markers = [];
  const chart = build(plot, 'RSS and heap over time, garbage collections as ticks', 170,
    [line('RSS ──', '--p50', [], bytes), line('heap – –', '--p95', [7, 4], bytes)],
    { range: (u, min, max) => [0, (max || 1) * 1.1] }, bytes, (u) => { ticks(u, gc); lines(u, markers); });
  return (data) => {
    gc = data.series.gc_ms ?? [];
    markers = data.markers ?? [];
    chart.setData([data.series.t, data.series.rss_bytes, data.series.heap_bytes]);
  };
}

import { bytes, clock, count, fine } from './format.js';

/* global uPlot */

const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const GUTTER = 58;
const DASHES = { p50: [], p95: [7, 4], p99: [2, 3] };
const SIGNS = { p50: '──', p95: '– –', p99: '···' };

// Ticks of a logarithmic axis: powers of ten; if fewer than three, also 2 and 5 times.
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

const hours = (u, times) => times.map((t) => // a label at the edge is cut off
  (u.valToPos(t, 'x') > u.over.clientWidth - 26 ? '' : clock(t).slice(0, times[1] - times[0] < 60 ? 8 : 5)));

function axes(write, splits) {
  const shared = { stroke: () => css('--muted'), font: '12px system-ui, sans-serif', ticks: { show: false } };
  const grid = { stroke: () => css('--line'), width: 1 };
  return [
    { ...shared, grid: { show: false }, size: 26, space: 70, values: hours },
    { ...shared, grid, size: GUTTER, space: 28, ...splits, values: (u, all) => all.map((v) => (v === null ? '' : write(v))) },
  ];
}

// Markers such as a start or an alert. Overlapping labels are placed below each other.
function lines(u, markers) {
  const { ctx, bbox } = u, px = devicePixelRatio, right = bbox.left + bbox.width;
  const seen = markers.map(({ t, kind }) => ({ kind, x: u.valToPos(t, 'x', true) })).filter(({ x }) => x >= bbox.left && x <= right);
  ctx.save();
  ctx.strokeStyle = css('--muted');
  ctx.font = `${11 * px}px system-ui, sans-serif`;
  ctx.textAlign = 'left';
  ctx.textBaseline = 'alphabetic';
  ctx.setLineDash([2 * px, 3 * px]);
  for (const { x } of seen) {
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
  }
  const rows = [];
  for (const { kind, x } of seen) {
    const width = ctx.measureText(kind).width + 4 * px;
    const begin = x + 2 * px + width > right ? x - 2 * px - width : x + 2 * px;
    let row = rows.findIndex((labels) => labels.every(([from, to]) => begin > to || begin + width < from));
    if (row < 0) row = rows.push([]) - 1;
    if (row > 3) continue;
    rows[row].push([begin, begin + width]);
    const top = bbox.top + (1 + 14 * row) * px;
    ctx.fillStyle = css('--panel');
    ctx.fillRect(begin, top, width, 13 * px);
    ctx.fillStyle = css('--muted');
    ctx.fillText(kind, begin + 2 * px, top + 10 * px);
  }
  ctx.restore();
}

// Ticks of garbage collections.
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

const MEGABYTES = [1, 2, 5].flatMap((n) => [1, 10, 100, 1000, 10000].map((ten) => n * ten * 1048576)).sort((one, other) => one - other);

const newest = (column) => column.findLast((v) => v !== null) ?? null;

// The legend shows the point under the pointer, or the newest one.
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

/** Calls onZoom(from, to) after a drag, epoch seconds. */
export function latencyChart(plot, onZoom) {
  let markers = [], zoom = null, setting = false;
  const names = Object.keys(DASHES);
  const chart = build(plot, 'p50, p95 and p99 over time; drag to zoom', 220,
    names.map((name) => line(`${name} ${SIGNS[name]}`, `--${name}`, DASHES[name], fine)), { distr: 3 }, fine, (u) => lines(u, markers), {
      setSelect: [(u) => {
        if (u.select.width < 5) return;
        onZoom(Math.floor(u.posToVal(u.select.left, 'x')), Math.ceil(u.posToVal(u.select.left + u.select.width, 'x')));
      }],
      setScale: [(u, key) => { // a double click resets the range
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
    { range: (u, min, max) => [0, (max || 1) * 1.1] }, bytes, (u) => { ticks(u, gc); lines(u, markers); }, {}, { incrs: MEGABYTES });
  return (data) => {
    gc = data.series.gc_ms ?? [];
    markers = data.markers ?? [];
    chart.setData([data.series.t, data.series.rss_bytes, data.series.heap_bytes]);
  };
}

const VIRIDIS = ['#440154', '#482878', '#3e4989', '#31688e', '#26828e', '#1f9e89', '#35b779', '#6ece58', '#b5de2b', '#fde725'];
const FOOT = 22, HEIGHT = 190, FEWEST_ROWS = 8;

/** `read` shows the cell under the pointer or the arrow keys. Calls pick(cell) on a click or Enter. */
export function heatMap(plot, read, pick) {
  const canvas = document.createElement('canvas');
  canvas.tabIndex = 0;
  canvas.setAttribute('role', 'application');
  canvas.setAttribute('aria-label', 'Heat map of requests by time and latency. The arrow keys read it cell by cell, Enter lists the requests.');
  plot.replaceChildren(canvas);
  const resting = read.textContent;
  let map = { t: [], columns: [], bounds_ms: [] }, cell = null, low = 0, rows = FEWEST_ROWS;

  const countAt = (column, row) => map.columns[column]?.find(([r]) => r === row)?.[1] ?? 0;
  const width = () => canvas.clientWidth - GUTTER;

  function paint() {
    const ratio = devicePixelRatio, style = getComputedStyle(canvas);
    const across = canvas.clientWidth;
    if (!across) return;
    if (canvas.width !== Math.round(across * ratio)) canvas.width = Math.round(across * ratio);
    if (canvas.height !== HEIGHT * ratio) canvas.height = HEIGHT * ratio;
    const ctx = canvas.getContext('2d');
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    ctx.clearRect(0, 0, across, HEIGHT);
    const used = map.columns.flat();
    const most = Math.log1p(Math.max(1, ...used.map(([, n]) => n)));
    low = used.length ? Math.max(0, Math.min(...used.map(([r]) => r)) - 1) : 0;
    rows = Math.max(FEWEST_ROWS, used.length ? Math.max(...used.map(([r]) => r)) + 2 - low : 0);
    const w = width() / Math.max(1, map.t.length), h = (HEIGHT - FOOT) / rows;
    map.columns.forEach((column, x) => {
      for (const [row, n] of column) {
        ctx.fillStyle = VIRIDIS[Math.round((Math.log1p(n) / most) * (VIRIDIS.length - 1))];
        ctx.fillRect(GUTTER + x * w, HEIGHT - FOOT - (row - low + 1) * h, Math.max(1, w - 1), h - 1);
      }
    });
    labels(ctx, style, w, h);
    if (cell) {
      ctx.strokeStyle = style.color;
      ctx.lineWidth = 2;
      ctx.strokeRect(GUTTER + cell.x * w, HEIGHT - FOOT - (cell.y - low + 1) * h, w, h);
    }
  }

  function labels(ctx, style, w, h) {
    ctx.fillStyle = style.getPropertyValue('--muted');
    ctx.font = '12px system-ui, sans-serif';
    ctx.textAlign = 'right';
    for (let row = 0; row < rows; row += Math.ceil(24 / h)) {
      const bound = map.bounds_ms[low + row];
      if (bound !== undefined && (rows - row) * h > 10) ctx.fillText(fine(bound), GUTTER - 6, HEIGHT - FOOT - row * h);
    }
    ctx.textAlign = 'center';
    const each = Math.ceil(80 / w), letters = map.t[1] - map.t[0] < 60 ? 8 : 5;
    for (let x = Math.ceil(each / 2); x < map.t.length; x += each) {
      ctx.fillText(clock(map.t[x]).slice(0, letters), GUTTER + x * w, HEIGHT - 5);
    }
  }

  function say(next) {
    cell = next;
    paint();
    if (!cell) return void (read.textContent = resting);
    const from = map.bounds_ms[cell.y], to = map.bounds_ms[cell.y + 1];
    const n = countAt(cell.x, cell.y);
    read.textContent = `${clock(map.t[cell.x])} · ${fine(from)}${to ? ` to ${fine(to)}` : ' or more'} · ${count(n)} request${n === 1 ? '' : 's'}`;
  }

  function choose() {
    if (cell && countAt(cell.x, cell.y)) pick(`${map.t[cell.x]}.${cell.y}`);
  }

  function point(event) {
    const x = Math.floor(((event.offsetX - GUTTER) / width()) * map.t.length);
    const y = low + Math.floor((HEIGHT - FOOT - event.offsetY) / ((HEIGHT - FOOT) / rows));
    say(x >= 0 && x < map.t.length && y >= low ? { x, y } : null);
  }

  canvas.addEventListener('pointermove', point);
  canvas.addEventListener('click', (event) => { point(event); choose(); });
  canvas.addEventListener('pointerleave', () => say(null));
  canvas.addEventListener('blur', () => say(null));
  canvas.addEventListener('focus', () => { if (!cell) say(busiest()); });
  canvas.addEventListener('keydown', (event) => {
    if (event.key === 'Enter') choose();
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    if (!step || !cell) return;
    event.preventDefault();
    say({ x: Math.min(map.t.length - 1, Math.max(0, cell.x + step[0])), y: Math.min(low + rows - 1, Math.max(low, cell.y + step[1])) });
  });

  function busiest() {
    for (let x = map.columns.length - 1; x >= 0; x--) {
      const [top] = [...map.columns[x]].sort((one, other) => other[1] - one[1]);
      if (top) return { x, y: top[0] };
    }
    return null;
  }

  new ResizeObserver(paint).observe(plot);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', paint);
  return ({ heatmap }) => { map = heatmap; paint(); };
}

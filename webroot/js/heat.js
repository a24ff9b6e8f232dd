import { clock, count, fine } from './format.js';

const VIRIDIS = ['#440154', '#482878', '#3e4989', '#31688e', '#26828e', '#1f9e89', '#35b779', '#6ece58', '#b5de2b', '#fde725'];
const GUTTER = 58, FOOT = 22, HEIGHT = 190, FEWEST_ROWS = 8;

/** Draws into the plot; what a cell holds is said in `read`, on hover and by the arrow keys. pick(cell) is told of a click or Enter. */
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

  // Where reading by keys begins.
  function busiest() {
    for (let x = map.columns.length - 1; x >= 0; x--) {
      const [top] = [...map.columns[x]].sort((one, other) => other[1] - one[1]);
      if (top) return { x, y: top[0] };
    }
    return null;
  }

  new ResizeObserver(paint).observe(plot);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', paint);
  return (heatmap) => { map = heatmap; paint(); };
}

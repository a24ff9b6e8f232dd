// The stream updates tiles, charts and newest rows. The page is fetched for the rest and when its URL changes.

import { timeOf } from './format.js';
import { heatMap, latencyChart, memoryChart } from './charts.js';
import { morph, recent, rows, sentence, sparks, tiles, times, write } from './live.js';
import { connect } from './stream.js';

const AGAIN_MS = { '15m': 15000, '1h': 30000, '24h': 60000 };
const $ = (id) => document.getElementById(id);
const url = () => new URLSearchParams(location.search);

let data = JSON.parse($('data').textContent);
let summary = data.summary, uptime = null, fresh = [], paused = false, refreshed = Date.now(), refreshAt = Infinity, asking = null, drawnAt = 0, nodes;

const draw = {
  latency: latencyChart($('latency-plot'), zoom),
  memory: memoryChart($('memory-plot')),
  heat: heatMap($('heat-plot'), $('heat-read'), (cell) => go(link(['cell', cell], ['endpoint'], ['over']) + '#traces')),
};

// Draws visible panels, at most once per frame.

const panels = document.querySelectorAll('.panel'), onScreen = new Set(), stale = new Set();
const sight = new IntersectionObserver((changes) => {
  for (const { target, isIntersecting } of changes) isIntersecting ? onScreen.add(target) : onScreen.delete(target);
  later();
});
let due = false;

function later() {
  if (due || paused || document.hidden) return;
  due = true;
  requestAnimationFrame(() => { due = false; show(onScreen); });
}

function changed() {
  for (const name of ['sparks', ...Object.keys(draw)]) stale.add(name);
}

function show(seen) {
  const began = performance.now();
  tiles(summary);
  if (uptime !== null) sentence(summary, uptime);
  recent($('recent-rows'), fresh, (id) => link(['trace', id]));
  fresh = [];
  $('unzoom').toggleAttribute('hidden', !range());
  for (const panel of seen) times(panel); // before the charts read sizes: one layout
  if (stale.delete('sparks')) sparks(data.series);
  for (const { id } of seen) {
    if (stale.delete(id)) draw[id](data, range());
  }
  drawnAt = Date.now();
  document.documentElement.dataset.updateMs = (performance.now() - began).toFixed(2);
}

function range() {
  const from = Number(url().get('from')), to = Number(url().get('to'));
  return from && to > from ? [from, to] : null;
}

/** Returns this page's URL with changed or removed parameters. */
function link(...changes) {
  const query = url();
  for (const [name, value] of changes) value ? query.set(name, value) : query.delete(name);
  return `?${query}`;
}

function zoom(from, to) {
  history.pushState(null, '', link(['from', from], ['to', to]));
  changed();
  show(onScreen);
}

function frame(next) {
  if (next.recent_more) refreshSoon(next.recent_more > 50 ? 10000 : 3000);
  const there = JSON.stringify((next.nodes ?? []).map((node) => [node.node, node.gone]));
  if (nodes && nodes !== there) refreshSoon();
  nodes = there;
  summaryOf(next);
  if (data.window === '15m') {
    if (next.heat) column(next.heat);
    if ([...next.closed, next.point].map(point).some(Boolean)) changed();
    const known = rows('endpoint', paused ? [] : next.endpoints) & rows('shape', paused ? [] : next.queries);
    if (!known) refreshSoon();
  }
  fresh = [...(next.recent ?? []), ...fresh].slice(0, 100);
  later();
}

function summaryOf(next) {
  const moved = ['slow_queries', 'alerts', 'window_errors'].some((name) => next.summary[name] !== summary[name]);
  ({ summary } = next);
  uptime = next.uptime_s;
  if (next.started_at !== data.started_at) restarted(next.started_at);
  else if (moved) refreshSoon();
}

function restarted(at) {
  data.started_at = at;
  data.restarted = at;
  refreshSoon();
}

function snapshot(all) {
  if (all.summary.requests !== summary.requests) refreshSoon();
  summaryOf(all);
  if (data.window === '15m') {
    data = { ...data, markers: all.markers, heatmap: all.heatmap, series: joined(data.series, all) };
    changed();
  }
  later();
}

// Charts retain data that the server lost at a restart.
function joined(old, { series, started_at: started }) {
  const start = Date.parse(started) / 1000;
  for (const name of Object.keys(series)) {
    if (!Array.isArray(series[name])) continue;
    series[name] = series[name].map((value, i) => {
      const at = series.t[i] + series.step_s <= start ? old.t.indexOf(series.t[i]) : -1;
      return at < 0 ? value : old[name]?.[at] ?? value;
    });
  }
  return series;
}

// An update repeats the last closed step. Charts are drawn after a step or its first request.
function point(next) {
  const { series } = data, at = series.t.indexOf(next.t), grows = at < 0;
  if (grows && next.t !== series.t.at(-1) + series.step_s) return refreshSoon(); // a gap
  const first = !grows && series.p50_ms[at] === null && next.p50_ms !== null;
  for (const [name, values] of Object.entries(series)) {
    if (!Array.isArray(values)) continue;
    if (!grows) values[at] = next[name];
    else if (values.push(next[name]) > 180) values.shift();
  }
  return grows || first;
}

function column(next) {
  const { t, columns } = data.heatmap, at = t.indexOf(next.t);
  if (at >= 0) columns[at] = next.column;
  else if (t.push(next.t), columns.push(next.column) > 60) t.shift(), columns.shift();
}

const TEXTS = { connecting: 'Connecting…', live: 'Live', paused: 'Paused', stale: 'Stale', disconnected: 'Disconnected; trying again', 'logged-out': 'Logged out' };
let connection = 'connecting', when = 0;

function state(name = connection, detail = when) {
  [connection, when] = [name, detail];
  const shown = paused && name === 'live' ? 'paused' : name;
  if (document.body.dataset.state !== shown) $('state').dataset.state = document.body.dataset.state = shown;
  const text = TEXTS[shown] + (shown === 'live' && data.restarted ? ` · restarted at ${timeOf(Date.parse(data.restarted))}` : '');
  write($('state-text'), text);
  ago();
}

function ago() {
  const seconds = (ms) => `${Math.max(0, Math.round(ms / 1000))} s`;
  const { state: shown } = $('state').dataset;
  write($('state-more'), shown === 'live' ? '· 1 s'
    : shown === 'disconnected' ? `in ${seconds(when - Date.now())}`
      : shown === 'stale' || shown === 'paused' ? `· last data ${seconds(Date.now() - (shown === 'paused' ? pausedAt : when))} ago` : '');
  if (shown === 'logged-out') $('login').hidden = false;
}

let pausedAt = 0;

$('pause').addEventListener('click', () => {
  paused = !paused;
  pausedAt = Date.now();
  asking?.abort();
  $('pause').setAttribute('aria-pressed', paused);
  $('pause').textContent = paused ? 'Go on' : 'Pause';
  state();
  if (!paused) { later(); refresh(); }
});

/** Fetches the page and applies its changes. */
async function refresh() {
  asking?.abort();
  asking = new AbortController();
  refreshed = Date.now();
  refreshAt = Infinity;
  try {
    const answer = await fetch(location.href, { headers: { accept: 'text/html' }, signal: asking.signal });
    if (answer.redirected || answer.status === 401) return state('logged-out');
    if (!answer.ok) return;
    take(new DOMParser().parseFromString(await answer.text(), 'text/html'));
  } catch { /* aborted or unreachable: the stream's state shows it */ }
}

function take(page) {
  const next = JSON.parse(page.getElementById('data').textContent || 'null');
  if (!next) return;
  times(page);
  morph($('main'), page.getElementById('main'));
  const { restarted: at } = data;
  next.series = next.window === data.window ? joined(data.series, next) : next.series;
  data = { ...next, restarted: at };
  fresh = [];
  ({ summary } = next);
  trace();
  changed();
  show(panels);
}

function refreshSoon(apart = 3000) {
  refreshAt = Math.min(refreshAt, refreshed + apart);
}

function trace() {
  const dialog = $('trace');
  if (!dialog || dialog.matches(':modal')) return;
  dialog.close();
  dialog.showModal();
  dialog.oncancel = (event) => { event.preventDefault(); $('trace-close').click(); };
}

async function go(href) {
  history.pushState(null, '', href);
  await refresh();
  if (location.hash) document.querySelector(location.hash)?.scrollIntoView({ block: 'nearest' });
}

document.addEventListener('click', (event) => {
  const link = event.target.closest('a[href^="?"]'), copied = event.target.closest('.copy');
  if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0) {
    event.preventDefault();
    go(link.getAttribute('href'));
  }
  if (copied) copy(copied);
});

// Without TLS there is no clipboard API.
async function copy(button) {
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
  } catch {
    const text = document.createElement('textarea');
    text.value = button.dataset.copy;
    button.after(text);
    text.select();
    document.execCommand('copy');
    text.remove();
    button.focus();
  }
  button.textContent = 'copied';
  setTimeout(() => { button.textContent = 'copy'; }, 1500);
}

document.addEventListener('submit', async (event) => {
  const { target: form } = event;
  if (!form.action.includes('/admin/metrics/')) return;
  event.preventDefault();
  const answer = await fetch(form.action, { method: 'POST', body: new URLSearchParams(new FormData(form)), headers: { accept: 'application/json' } });
  answer.ok ? refresh() : state(answer.status === 401 ? 'logged-out' : connection);
});

let typed;
$('filter')?.addEventListener('input', ({ target }) => {
  history.replaceState(null, '', link(['q', target.value]));
  for (const row of document.querySelectorAll('[data-rows=endpoint] tbody tr')) {
    row.hidden = !row.cells[0].textContent.toLowerCase().includes(target.value.toLowerCase());
  }
  clearTimeout(typed);
  typed = setTimeout(refresh, 250);
});

$('unzoom').addEventListener('click', () => zoom(null, null));
addEventListener('popstate', refresh);
addEventListener('visibilitychange', () => { if (!document.hidden) { later(); wake(); } });
addEventListener('online', () => wake());

setInterval(() => {
  if (document.hidden) return;
  if (!paused && Date.now() - drawnAt > 1500) for (const panel of onScreen) times(panel);
  ago();
  if (!paused && connection === 'live' && Date.now() > Math.min(refreshAt, refreshed + AGAIN_MS[data.window])) refresh();
}, 1000);

trace();
times();
changed();
show(panels);
for (const panel of panels) sight.observe(panel);
const wake = connect(`/admin/metrics/stream?node=${url().get('node') ?? 'all'}`, { state, snapshot, frame });

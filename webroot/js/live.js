import { brief, bytes, count, dateOf, digits, fine, millis, percent, span, timeOf, writerOf } from './format.js';

const LONGEST_LIST = 100;

/** Changes a text with minimal layout. */
export const write = (node, text) => {
  if (node.textContent === text) return;
  if (node.firstChild) node.firstChild.data = text;
  else node.textContent = text;
};

const set = (name, text) => document.querySelectorAll(`[data-live="${name}"]`).forEach((node) => write(node, text));

/** Updates the tiles like the server's Overview class. */
export function tiles(s) {
  const low = millis(s.p50_ms), high = millis(s.p99_ms);
  set('requests', digits(s.requests_per_s));
  set('requests-detail', `last 10 s · ${count(s.requests)} since the start`);
  set('latency', `${low.endsWith(' ms') && high.endsWith(' ms') ? low.slice(0, -3) : low} / ${high}`);
  set('latency-detail', `2 min · p95 ${millis(s.p95_ms)} · mean ${millis(s.mean_ms)}`);
  set('errors', `${brief(s.window_errors)} of ${brief(s.window_requests)}`);
  set('errors-detail', `in 15 min · ${count(s.errors)} since the start`);
  set('memory', `RSS ${bytes(s.rss_bytes)}`);
  set('memory-detail', `now · heap ${bytes(s.heap_bytes)} of ${bytes(s.heap_max_bytes)}`);
  set('queries', digits(s.queries_per_s));
  set('queries-detail', `last 10 s · pool now ${count(s.pool_in_use)}/${count(s.pool_size)}`);
}

let said = 0, level = '';

/** Updates the sentence of state: at once on a new level, else every 10 s, for screen readers. */
export function sentence(s, uptime) {
  set('uptime', span(uptime));
  if (s.level === level && Date.now() - said < 10000) return;
  said = Date.now();
  level = s.level;
  set('sentence', s.text);
  set('level', s.level);
  document.querySelector('[data-live="level"]').className = `badge ${s.level}`;
}

/** Draws the sparklines like the server's Sparkline class. */
export function sparks(series) {
  const columns = { requests: 'requests', latency: 'p99_ms', errors: 'errors', memory: 'rss_bytes', queries: 'queries' };
  for (const [id, column] of Object.entries(columns)) {
    const line = document.querySelector(`[data-spark="${id}"]`), drawn = path(series[column] ?? []);
    if (line && line.getAttribute('d') !== drawn) line.setAttribute('d', drawn);
  }
}

function path(values) {
  const top = Math.max(0, ...values);
  let drawn = '', drawing = false;
  values.forEach((value, i) => {
    if (value !== null) {
      const x = values.length === 1 ? 100 : (i * 100) / (values.length - 1);
      const y = top === 0 ? 23 : 23 - (value / top) * 22;
      drawn += `${drawing ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}`;
    }
    drawing = value !== null;
  });
  return drawn;
}

/** Updates changed rows. Returns whether the table has all of them. */
export function rows(name, changed = []) {
  const table = document.querySelector(`[data-rows="${name}"]`);
  let found = true;
  for (const row of changed) {
    const line = table?.querySelector(`tr[data-key="${row.id}"]`);
    if (!line && !table?.hasAttribute('data-more')) found = false;
    for (const cell of line?.querySelectorAll('[data-field]') ?? []) {
      const { field, value } = cell.dataset;
      if (!(field in row) || value === String(row[field] ?? '')) continue;
      cell.dataset.value = row[field] ?? '';
      write(cell.querySelector('a') ?? cell, writerOf(field)(row[field]));
    }
  }
  return found;
}

const cell = (kind, ...inside) => {
  const td = document.createElement('td');
  td.className = kind;
  td.append(...inside);
  return td;
};

// Newest first, then by id, like the server.
const isNewer = (one, other) => one.localeCompare(other, 'en', { numeric: true }) > 0;

/** Inserts completed events by time, each once, like the template. */
export function recent(body, metrics, href) {
  if (metrics.length) body.querySelector('.empty')?.closest('tr').remove();
  for (const metric of metrics.reverse()) {
    const rows = [...body.rows], row = recentRow(metric, href), { key } = row.dataset;
    if (rows.some(({ dataset }) => dataset.key === key)) continue;
    body.insertBefore(row, rows.find(({ dataset }) => isNewer(key, dataset.key)) ?? null);
  }
  while (body.rows.length > LONGEST_LIST) body.rows[body.rows.length - 1].remove();
}

function recentRow({ id, node, operation_type: kind, operation_name: name, timestamp, duration_ms: took, metadata: m = {} }, href) {
  const row = document.createElement('tr'), request = document.createElement('a');
  row.dataset.key = `${timestamp}/${id}/${node ?? ''}`;
  if (m.request_id) request.href = href(m.request_id);
  request.textContent = (m.request_id ?? '').slice(-8);
  row.className = kind + (m.failed || m.error ? ' failed' : '');
  const when = document.createElement('time');
  when.className = 'ago';
  when.dateTime = when.title = timestamp;
  when.textContent = ago(Date.parse(timestamp));
  const type = document.createElement('span');
  type.className = 'kind';
  type.textContent = kind;
  const what = cell('', type, ` ${name}`);
  what.title = m.sql ?? '';
  row.append(cell('', when), what, cell('', String(m.left ?? m.status ?? m.error ?? '')), cell('num', fine(took)),
    cell('mono', request));
  return row;
}

const ago = (ms) => {
  const seconds = (Date.now() - ms) / 1000;
  return seconds < 1 ? 'now' : `${span(seconds)} ago`;
};

const seen = new WeakMap();

/** Updates relative times; shows absolute ones in the reader's zone. */
export function times(root = document) {
  for (const time of root.querySelectorAll('time[datetime]')) {
    let was = seen.get(time);
    if (was?.iso !== time.dateTime || was.text !== time.textContent) {
      const at = Date.parse(time.dateTime);
      if (Number.isNaN(at)) continue;
      was = { iso: time.dateTime, at, relative: time.classList.contains('ago') };
      was.text = Date.now() - at < 43200000 ? timeOf(at) : dateOf(at);
      time.title = dateOf(at);
      if (!was.relative) write(time, was.text);
      seen.set(time, was);
    }
    if (!was.relative) continue;
    was.text = ago(was.at);
    write(time, was.text);
  }
}

const keyOf = (node) => (node.nodeType === 1 ? node.dataset.key ?? node.id : '') || undefined;

/** Changes only differences: focus, scrolling and open details stay. Skips data-keep. */
export function morph(old, fresh) {
  if (old.nodeType !== 1) {
    if (old.data !== fresh.data) old.data = fresh.data;
    return;
  }
  if (old.hasAttribute('data-keep')) return;
  attributes(old, fresh);
  children(old, fresh);
}

function attributes(old, fresh) {
  for (const { name, value } of fresh.attributes) {
    if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
  for (const { name } of [...old.attributes]) {
    const kept = (name === 'open' && old.localName === 'details') || name === 'data-by-script';
    if (!fresh.hasAttribute(name) && !kept) old.removeAttribute(name);
  }
}

function children(old, fresh) {
  const keyed = new Map();
  for (const child of old.childNodes) if (keyOf(child)) keyed.set(keyOf(child), child);
  let at = old.firstChild;
  for (const wanted of [...fresh.childNodes]) {
    const key = keyOf(wanted);
    let found = key ? keyed.get(key) : at && !keyOf(at) ? at : null;
    if (found && found.nodeName !== wanted.nodeName) found = null;
    if (!found) {
      old.insertBefore(document.importNode(wanted, true), at);
      continue;
    }
    if (found === at) at = at.nextSibling;
    else old.insertBefore(found, at);
    morph(found, wanted);
  }
  while (at) {
    const next = at.nextSibling;
    at.remove();
    at = next;
  }
}

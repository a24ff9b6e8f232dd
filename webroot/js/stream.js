const SILENT_MS = 5000;
const LONGEST_WAIT_MS = 20000;

/** Keeps the stream connected. Calls on.state(name, detail), and on.snapshot and on.frame with data. */
export function connect(url, on) {
  let source, retry, last = 0, failures = 0, ended = false;

  function open() {
    clearTimeout(retry);
    on.state('connecting');
    source = new EventSource(url);
    source.addEventListener('snapshot', (event) => receive(on.snapshot, event));
    source.addEventListener('frame', (event) => receive(on.frame, event));
    source.addEventListener('bye', (event) => bye(JSON.parse(event.data).reason));
    source.onerror = lost;
  }

  function receive(handle, event) {
    failures = 0;
    last = Date.now();
    on.state('live');
    handle(JSON.parse(event.data));
  }

  function bye(reason) {
    if (reason !== 'logout') return lost();
    end();
  }

  function end() {
    ended = true;
    source.close();
    on.state('logged-out');
  }

  // EventSource stops retrying after a response that is no stream.
  function lost() {
    source.close();
    if (ended) return;
    const wait = Math.min(LONGEST_WAIT_MS, 1000 * 2 ** failures++) * (0.8 + 0.4 * Math.random());
    on.state('disconnected', Date.now() + wait);
    clearTimeout(retry);
    retry = setTimeout(ask, wait);
  }

  async function ask() {
    try {
      const answer = await fetch('/admin/metrics?recent=1', { headers: { accept: 'application/json' } });
      if (answer.status === 401) end();
      else if (answer.ok || answer.status === 429) open();
      else lost();
    } catch {
      lost();
    }
  }

  setInterval(() => {
    const silent = Date.now() - last;
    if (source.readyState === EventSource.OPEN && last && silent > SILENT_MS) {
      on.state('stale', last);
      if (silent > 10 * SILENT_MS) lost();
    }
  }, 1000);

  open();
  return () => { failures = 0; if (!ended && source.readyState === EventSource.CLOSED) ask(); };
}

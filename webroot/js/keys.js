// Shortcuts of the admin pages; ? lists them.

const PLACES = { p: '/admin/performance', n: '/admin/notes', h: '/admin', t: '/admin/tags', j: '/admin/jobs', s: '/admin/settings' };
const SHEET = [['g p', 'performance'], ['g n', 'notes'], ['g h', 'home'], ['g t', 'tags'], ['g j', 'jobs'], ['g s', 'settings'],
  ['n', 'write a note'], ['/', 'filter or search'], ['space', 'pause and go on (performance)'],
  ['Esc', 'close'], ['?', 'this list']];

let going = 0;

document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest('input, textarea, select, [contenteditable], dialog')) return;
  const went = Date.now() - going < 1500 && PLACES[event.key];
  going = event.key === 'g' ? Date.now() : 0;
  if (went) location.assign(went);
  else if (event.key === 'n') location.assign('/admin/notes/new');
  else if (event.key === '/') document.querySelector('input[type=search]')?.focus();
  else if (event.key === '?') sheet();
  else if (event.key === ' ' && pause(event)) document.getElementById('pause').click();
  else return;
  event.preventDefault();
});

const pause = (event) => document.getElementById('pause') && !event.target.closest('button, a, summary, [tabindex]');

function sheet() {
  const dialog = document.createElement('dialog');
  dialog.className = 'sheet small';
  dialog.setAttribute('aria-label', 'Keys');
  const list = document.createElement('dl');
  list.className = 'facts keys';
  for (const [key, does] of SHEET) {
    const term = document.createElement('dt');
    term.append(...key.split(' ').flatMap((part) => [Object.assign(document.createElement('kbd'), { textContent: part }), ' ']));
    list.append(term, Object.assign(document.createElement('dd'), { textContent: does }));
  }
  const close = Object.assign(document.createElement('button'), { textContent: 'Close', autofocus: true });
  close.onclick = () => dialog.close();
  dialog.onclose = () => dialog.remove();
  dialog.append(Object.assign(document.createElement('h2'), { textContent: 'Keys' }), list, close);
  document.body.append(dialog);
  dialog.showModal();
}

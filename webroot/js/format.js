// Number formats of the server's Format class. Unknown is a dash, tiny is "less than"; neither is 0.

const known = (value) => value !== null && value !== undefined && value !== '' && !Number.isNaN(Number(value));
const whenKnown = (write) => (value) => (known(value) ? write(Number(value)) : '—');

const grouped = new Intl.NumberFormat('en-US'); // creation costs more than a hundred uses
export const count = whenKnown((n) => grouped.format(Math.round(n)).replaceAll(',', '\u202f'));

export const digits = whenKnown((n) => {
  if (n === 0) return '0';
  if (n < 0.01) return '<0.01';
  return n >= 9.95 ? count(n) : n.toFixed(n < 0.995 ? 2 : 1);
});

export const brief = whenKnown((n) =>
  n < 1000 ? count(n) : n < 999950 ? `${digits(n / 1000)}k` : `${digits(n / 1e6)}M`);

export const millis = whenKnown((n) =>
  n < 1 ? '<1 ms' : n < 1000 ? `${count(n)} ms` : `${digits(n / 1000)} s`);

export const fine = whenKnown((n) =>
  n < 0.01 ? '<0.01 ms' : n < 1000 ? `${digits(n)} ms` : `${digits(n / 1000)} s`);

export const bytes = whenKnown((n) => {
  let size = 0;
  for (; n >= 999.5 && size < 4; size++) n /= 1024;
  return `${size ? digits(n) : count(n)} ${['B', 'kB', 'MB', 'GB', 'TB'][size]}`;
});

export const percent = whenKnown((share) => `${digits(share * 100)} %`);

export const share = (value) => (known(value) && value < 0.001 ? '<0.1 %' : percent(value));

export const span = whenKnown((seconds) => {
  const s = Math.round(seconds);
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min`;
  return s < 172800 ? `${Math.floor(s / 3600)} h` : `${Math.floor(s / 86400)} d`;
});

/** Formatter of a field. */
export const writerOf = (field) =>
  field.endsWith('_ms') ? fine : field === 'bytes' ? bytes : field === 'time_share' ? share
    : field.endsWith('_per_s') ? digits : count;

const HOUR = { hour: 'numeric', minute: 'numeric', second: 'numeric', hourCycle: 'h23' };
const time = new Intl.DateTimeFormat([], HOUR);
const day = new Intl.DateTimeFormat([], { year: 'numeric', month: 'numeric', day: 'numeric', ...HOUR });

/** Time in the reader's zone: epoch seconds; epoch milliseconds; with the date. */
export const clock = (seconds) => time.format(seconds * 1000);
export const timeOf = (ms) => time.format(ms);
export const dateOf = (ms) => day.format(ms);

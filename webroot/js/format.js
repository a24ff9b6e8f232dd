// How numbers are written for people; the server's Format class writes them the same way.
// What is unknown is a dash and never a zero; what is short is "less than", never 0.

const known = (value) => value !== null && value !== undefined && value !== '' && !Number.isNaN(Number(value));
const whenKnown = (write) => (value) => (known(value) ? write(Number(value)) : '—');

export const count = whenKnown((n) => Math.round(n).toLocaleString('en-US').replaceAll(',', '\u202f'));

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

/** Which of these writes a field of the monitor's JSON. */
export const writerOf = (field) =>
  field.endsWith('_ms') ? fine : field === 'bytes' ? bytes : field === 'time_share' ? share
    : field.endsWith('_per_s') ? digits : count;

export const clock = (seconds) => new Date(seconds * 1000).toLocaleTimeString([], { hourCycle: 'h23' });

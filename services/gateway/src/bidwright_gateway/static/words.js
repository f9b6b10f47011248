// Numbers and times for people.
const dollars = new Intl.NumberFormat('en-US', {style: 'currency', currency: 'USD'});
const whole = new Intl.NumberFormat('en-US', {style: 'currency', currency: 'USD', maximumFractionDigits: 0});

export const allIn = amount => dollars.format(amount ?? 0);
export const hammer = amount => (Number.isInteger(amount) ? whole : dollars).format(amount ?? 0);
export const clockTime = ms => new Date(ms).toLocaleTimeString([], {hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false});

// The same with the day, unless it is today.
export function moment(ms) {
  const at = new Date(ms);
  return at.toDateString() === new Date().toDateString() ? clockTime(ms) : `${at.toLocaleDateString('en-US', {day: 'numeric', month: 'short'})} ${clockTime(ms)}`;
}

export function left(seconds) {
  if (seconds >= 86400) return `${Math.floor(seconds / 86400)} d ${Math.floor(seconds % 86400 / 3600)} h`;
  if (seconds >= 3600) return `${Math.floor(seconds / 3600)} h ${String(Math.floor(seconds % 3600 / 60)).padStart(2, '0')} m`;
  if (seconds >= 120) return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`;
  return `${Math.max(0, Math.floor(seconds))} s`;
}

export function ago(ms) {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return `${Math.round(seconds / 3600)} h`;
}

export function delay(ms) {
  if (ms === null || ms === undefined) return '';
  if (ms < 1) return 'at once';
  if (ms < 1000) return `${ms} ms later`;
  if (ms < 60000) return `${(ms / 1000).toFixed(1)} s later`;
  return `${ago(ms)} later`;
}

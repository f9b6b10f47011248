// What happened to a lot's price, in order: what was seen, our bids, and the extensions that follow from both.

// *story*: {history: [{at, price}], bids: [{at, amount}], firstClose, close, interval (seconds), cap, now}; times in ms.
export function happenings({history, bids, firstClose, close, interval}) {
  const mine = new Set(bids.map(bid => bid.amount)), rows = [];
  history.forEach((one, n) => rows.push({at: one.at, price: one.price, kind: n === 0 ? 'seen' : one.price > history[n - 1].price && !mine.has(one.price) ? 'others' : 'price'}));
  for (const bid of bids) rows.push({at: bid.at, price: bid.amount, kind: 'ours'});
  for (const at of extensions(history, bids, firstClose, interval)) rows.push({at, price: null, kind: 'extension'});
  if (close > 0 && close <= Date.now()) rows.push({at: close, price: null, kind: 'close'});
  return rows.sort((a, b) => a.at - b.at);
}

// A bid in the last seconds moves the close: when that happened, reckoned from the close as it was planned.
function extensions(history, bids, firstClose, interval) {
  if (!firstClose) return [];
  const window = interval * 1000, moves = [...history.slice(1).map(one => one.at), ...bids.map(bid => bid.at)].sort((a, b) => a - b), found = [];
  let close = firstClose;
  for (const at of moves) if (at > close - window && at <= close + 2000) { close = at + window; found.push(at); }
  return found.filter((at, n) => n === 0 || at - found[n - 1] > 2000); // our own bid and the price that it moved are one
}

// A list of any length of which only what is seen stands in the page. Rows are as high as they are: each is measured once it is drawn.
import {html, useEffect, useLayoutEffect, useRef, useState} from '../lib/html.js';

const MARGIN = 1000;
// How high each row was when it was drawn last; kept, so that who comes back finds everything where it was. Of a row that was not drawn yet it is
// taken that it is as high as the first of its kind: where that holds, nothing has to be moved and drawn again once it is there.
const heights = new Map(), usual = new Map([['head', 40], ['lot', 168]]), known = new Set();
const highOf = ({key, kind}) => heights.get(key) ?? usual.get(kind);

// *items*: {key, kind, …} from top to bottom; *draw(item)* gives the inside of one.
export function VirtualList({items, draw, label}) {
  const host = useRef(), watcher = useRef(), focused = useRef('');
  const [, redraw] = useState(0), held = document.activeElement;

  const tops = [];
  let total = 0;
  for (const item of items) { tops.push(total); total += highOf(item); }
  const top = host.current ? -host.current.getBoundingClientRect().top : 0, from = top - MARGIN, to = top + innerHeight + MARGIN;
  const shown = [];
  items.forEach((item, n) => {
    const end = tops[n] + highOf(item);
    if ((end > from && tops[n] < to) || item.key === focused.current) shown.push(n); // who is in a row is not thrown out of it by scrolling
  });

  useEffect(() => {
    let asked = 0;
    const again = () => { asked ||= requestAnimationFrame(() => { asked = 0; redraw(n => n + 1); }); };
    const take = nodes => {
      let moved = false;
      for (const node of nodes) {
        const {key, kind} = node.dataset, high = node.offsetHeight;
        if (!high) continue;
        moved ||= high !== highOf({key, kind});
        heights.set(key, high);
        if (!known.has(kind)) { known.add(kind); usual.set(kind, high); }
      }
      if (moved) again();
    };
    const measure = new ResizeObserver(changes => take(changes.map(change => change.target)));
    watcher.current = measure;
    for (const node of host.current.children) measure.observe(node);
    addEventListener('scroll', again, {passive: true});
    let wide = innerWidth;
    const fold = () => { if (innerWidth !== wide) { wide = innerWidth; heights.clear(); known.clear(); take(host.current.children); } again(); };
    addEventListener('resize', fold);
    return () => { measure.disconnect(); removeEventListener('scroll', again); removeEventListener('resize', fold); };
  }, []);
  useLayoutEffect(() => { // a row that moved lost the focus on its way
    if (held && held !== document.activeElement && held.isConnected && host.current.contains(held)) held.focus({preventScroll: true});
  });

  const keep = event => { focused.current = event.target.closest('[data-key]')?.dataset.key ?? ''; };
  return html`<div class="virtual" role="list" aria-label=${label} ref=${host} style=${{height: `${total}px`}} onFocusIn=${keep} onFocusOut=${() => { focused.current = ''; }}>
    ${shown.map(n => html`<${Slot} key=${items[n].key} item=${items[n]} place=${tops[n]} at=${n + 1} of=${items.length} watcher=${watcher} draw=${draw} />`)}</div>`;
}

function Slot({item, place, at, of, watcher, draw}) {
  const node = useRef();
  useEffect(() => {
    const drawn = node.current;
    watcher.current?.observe(drawn);
    return () => watcher.current?.unobserve(drawn);
  }, []);
  return html`<div ref=${node} class="slot" role="listitem" aria-posinset=${at} aria-setsize=${of} data-key=${item.key} data-kind=${item.kind} style=${{transform: `translateY(${place}px)`}}>${draw(item)}</div>`;
}

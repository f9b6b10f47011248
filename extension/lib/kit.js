// Features: each is one file with a name, the pages it is for, and one function that sets it up and takes it back when its signal says so.

/**
 * What a feature is given: the page it is on. *lotId* is empty where the page is no lot's.
 * @typedef {{url: string, lotId: string}} Page
 * @typedef {{name: string, on: (page: Page) => boolean, init: (signal: AbortSignal, page: Page) => void | Promise<void>}} Feature
 */
/** @type {Feature[]} */
const features = [];

/** @param {string} name @param {Omit<Feature, 'name'>} feature */
export function add(name, feature) {
  if (!features.some(known => known.name === name)) features.push({name, ...feature});
}

/**
 * Set up what is for *page*; gives what takes all of it back. One that fails harms no other.
 * @param {Page} page @param {(name: string, error: unknown) => void} complain
 */
export function begin(page, complain) {
  const ends = features.filter(feature => feature.on(page)).map(feature => {
    const end = new AbortController();
    Promise.resolve().then(() => feature.init(end.signal, page)).catch(error => complain(feature.name, error));
    return end;
  });
  return () => { for (const end of ends) end.abort(); };
}

/**
 * Call *look* now and, at most every *pauseMs*, after anything in *root* changed, until *signal* ends that.
 * @param {Node} root @param {() => void} look @param {AbortSignal} signal @param {number} [pauseMs]
 */
export function observe(root, look, signal, pauseMs = 200) {
  let due = false;
  const soon = () => { if (!due) { due = true; setTimeout(() => { due = false; if (!signal.aborted) look(); }, pauseMs); } };
  const observer = new MutationObserver(soon);
  observer.observe(root, {childList: true, subtree: true, characterData: true});
  signal.addEventListener('abort', () => observer.disconnect());
  look();
}

/** Call *tick* every *ms* while *signal* stands. @param {() => void} tick @param {number} ms @param {AbortSignal} signal */
export function every(tick, ms, signal) {
  const timer = setInterval(tick, ms);
  signal.addEventListener('abort', () => clearInterval(timer));
}

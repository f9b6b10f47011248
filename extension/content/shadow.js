// Places of ours on the site's pages: closed to the site's styles and scripts, dressed with our own sheets.
const HOSTS = ['bidwright-panel', 'bidwright-price', 'bidwright-marks'];
/** @type {Promise<CSSStyleSheet[]> | null} */
let sheets = null;

/** Our style sheets, read once. They are constructed, so the site's policy has no say. */
export function styles() {
  sheets ??= Promise.all(['ui/tokens.css', 'ui/parts.css', 'content/content.css'].map(async name => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(await (await fetch(chrome.runtime.getURL(name))).text());
    return sheet;
  }));
  return sheets;
}

/** A place of ours and its shadow root. @param {string} name @param {AbortSignal} signal */
export async function place(name, signal) {
  const host = document.createElement(name), root = host.attachShadow({mode: 'closed'}); // closed: what the owner would pay is not the site's business
  for (const kind of ['keydown', 'keyup', 'keypress']) root.addEventListener(kind, event => event.stopPropagation()); // no shortcut of the site's while typing
  root.adoptedStyleSheets = await styles();
  signal.addEventListener('abort', () => host.remove());
  if (signal.aborted) host.remove();
  return {host, root};
}

/** Whether a node is one of our places. @param {Node | null} node */
export const isOurs = node => node instanceof Element && HOSTS.includes(node.localName);

import {html} from '../lib/html.js';
export const Lot = () => html`<h2>Lot</h2>`;

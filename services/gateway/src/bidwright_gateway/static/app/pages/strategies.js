import {html} from '../lib/html.js';
export const Strategies = () => html`<h2>Strategies</h2>`;

import {html} from '../lib/html.js';
export const Find = () => html`<h2>Find</h2>`;

import {html} from '../lib/html.js';
export const Health = () => html`<h2>Health</h2>`;

import {html} from '../lib/html.js';
export const Money = () => html`<h2>Money</h2>`;

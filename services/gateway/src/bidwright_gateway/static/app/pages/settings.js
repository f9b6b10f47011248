import {html} from '../lib/html.js';
export const Settings = () => html`<h2>Settings</h2>`;

// One shape per state, so that colour is never alone.
import {html} from '../lib/html.js';
import {SHAPES} from '../../shared/shapes.js';

const AS = {ok: 'winning', bad: 'needs', off: 'lost'};

export const Shape = ({of}) => html`<svg viewBox="0 0 16 16" aria-hidden="true" class="shape"><path d=${SHAPES[of] ?? SHAPES[AS[of]] ?? SHAPES.watching} fill="currentColor" fill-rule="evenodd" /></svg>`;

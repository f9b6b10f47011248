// The one door to the libraries: everything else imports from here, so that what they are stays a detail.
import {Fragment, h, render} from '../../vendor/preact.js';
import htm from '../../vendor/htm.js';

export const html = htm.bind(h);
export {Fragment, render};
export {useEffect, useLayoutEffect, useRef, useState} from '../../vendor/hooks.js';
export {batch, computed, effect, signal, untracked, useComputed, useSignal} from '../../vendor/signals.js';

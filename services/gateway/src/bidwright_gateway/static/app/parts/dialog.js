// The box that asks. It is no modal dialog of the browser's: that would put STOP and the mode out of reach. What lies under it is inert instead.
import {html, useLayoutEffect, useRef, useState} from '../lib/html.js';
import {t} from '../lib/words.js';
import {question} from '../state/ask.js';

export function Dialog() {
  const asked = question.value;
  return asked && html`<div class="veil" onClick=${() => asked.answer(false)}></div><${Box} key=${asked.title} asked=${asked} />`;
}

function Box({asked}) {
  const {title, text, yes, word, heading, points = [], link, content} = asked;
  const [typed, type] = useState(''), first = useRef(), form = useRef();
  const ready = !word || typed.trim() === word;
  useLayoutEffect(() => first.current?.focus(), []);
  useLayoutEffect(() => { // before it is painted: who sees it may press Escape at once
    const leave = event => { if (event.key === 'Escape') asked.answer(false); };
    addEventListener('keydown', leave);
    return () => removeEventListener('keydown', leave);
  }, []);
  const submit = event => { event.preventDefault(); if (ready) asked.answer(true); };
  return html`<form id="ask" class="ask" role="dialog" aria-labelledby="ask-title" aria-describedby="ask-text" ref=${form} onSubmit=${submit}>
    <h2 id="ask-title">${title}</h2>
    <div id="ask-text">${text && html`<p>${text}</p>`}${content}
      ${link && html`<p><a href=${link.href} target="_blank" rel="noopener noreferrer">${link.text}</a></p>`}</div>
    ${points.length > 0 && html`<section>${heading && html`<h3>${heading}</h3>`}<ul>${points.map(point => html`<li>${point}</li>`)}</ul></section>`}
    ${word && html`<label>${t('type_to_confirm', word)} <input ref=${first} value=${typed} autocomplete="off" onInput=${event => type(event.target.value)} /></label>`}
    <div class="line end">
      <button type="button" ref=${word ? undefined : first} onClick=${() => asked.answer(false)}>${t('cancel')}</button>
      <button type="submit" class="primary" disabled=${!ready}>${yes}</button>
    </div>
  </form>`;
}

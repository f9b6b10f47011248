// One question at a time, asked in a box that leaves STOP and the mode in reach. A new question takes the place of an open one, which counts as no.
import {signal} from '../lib/html.js';

export const question = signal(null);

// *word*: has to be typed first. *points* are a list below the text. *link*: {href, text}. Gives true for yes.
export function ask(asked) {
  question.value?.answer(false);
  return new Promise(resolve => {
    const back = document.activeElement;
    const answer = yes => {
      if (question.value === made) question.value = null;
      if (back?.isConnected) back.focus();
      resolve(yes);
    };
    const made = {...asked, answer};
    question.value = made;
  });
}

import type { Random } from '../../../src/sandbox/random.ts';
import { respellEmail, respellState, respellText } from '../../../src/sandbox/respelling.ts';

/** How a store spells what it is sent. */
export interface Spelling {
  readonly text: (text: string) => string;
  readonly state: (state: string) => string;
  readonly email: (email: string) => string;
  readonly namespace: (namespace: string) => string;
}

const asSent = (text: string) => text;

/** @param respells whether the store changes the spelling */
export function spellingOf(respells: boolean): Spelling {
  if (!respells) return { text: asSent, state: asSent, email: asSent, namespace: asSent };
  return {
    text: respellText,
    state: respellState,
    email: respellEmail,
    namespace: (namespace) => respellText(namespace).toLowerCase(),
  };
}

const AWKWARD: readonly [(text: string) => string, ...((text: string) => string)[]] = [
  (text) => text,
  (text) => `${text}  Strasse`,
  (text) => `Mu\u0308ller ${text}`,
  (text) => `${text} & Co`,
  (text) => `${text} 🙂`,
  (text) => `So\u0308hne  &  ${text} 🙂!`,
];

/** A text that a store can spell otherwise. It contains the given one, which makes it unique. */
export function awkward(chance: Random, text: string): string {
  return chance.pick([...AWKWARD])(text);
}

const VARIATIONS: readonly [(text: string) => string, ...((text: string) => string)[]] = [
  (text) => text.replaceAll(' ', '  '),
  (text) => text.normalize('NFD'),
  (text) => text.replaceAll('&amp;', '&'),
  (text) => ` ${text} `,
  (text) => `${text} 🙂`,
];

/** Another spelling of a text, which a store that respells makes equal to it. */
export function varied(chance: Random, text: string): string {
  return text === '' ? text : chance.pick([...VARIATIONS])(text);
}

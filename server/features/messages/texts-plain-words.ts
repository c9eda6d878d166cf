import type { Locale } from '../../kernel/locale.ts';

/**
 * Words of such messages that have a letter outside the cheap alphabet, with others that say nearly the same. Accents are
 * never dropped: a misspelt message of a public service looks like a fraud.
 */
const WORDS: Readonly<Record<Locale, Readonly<Record<string, readonly string[]>>>> = {
  ca: {
    adreça: ['lloc'],
    'anul·lada': ['sense efecte'],
    atenció: ['servei'],
    avís: ['recordatori'],
    connexió: ['xarxa'],
    enllaç: ['web'],
    informació: ['dades'],
    'instal·lar': ['baixar'],
    número: ['telèfon'],
    reunió: ['trobada'],
    sessió: ['videocita'],
    últim: ['darrer'],
    última: ['darrera'],
  },
  es: {
    atención: ['servicio'],
    código: ['PIN', 'clave'],
    conexión: ['red'],
    confirmación: ['confirmada'],
    día: ['fecha'],
    dirección: ['lugar'],
    está: ['queda'],
    información: ['datos'],
    llegará: ['llega'],
    página: ['web'],
    podrá: ['puede'],
    recibirá: ['recibe'],
    será: ['es'],
    sesión: ['videocita'],
  },
  en: {},
};

const CHARACTERS: Readonly<Record<string, readonly string[]>> = {
  '·': ['-'],
  '×': ['x'],
  '→': [':'],
  '½': ['1/2'],
};

/** Other words for this one in its language or, for a character outside words, other characters; empty when there is nothing plain. */
export function plainWords(word: string, char: string, locale: Locale): string[] {
  // Catalan elides: «l'adreça» is the word «adreça».
  const bare = word.toLowerCase().replace(/^[dlmnst]['’]/, '');
  const words = WORDS[locale][bare];
  if (words) return [...words];
  return word === char ? [...(CHARACTERS[char] ?? [])] : [];
}

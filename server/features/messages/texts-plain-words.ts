/**
 * Words of such messages that have a letter outside the cheap alphabet, with others that say nearly the same. Accents are
 * never dropped: a misspelt message of a public service looks like a fraud.
 */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  // Catalan
  adreça: ['lloc'],
  'anul·lada': ['sense efecte'],
  atenció: ['servei'],
  avís: ['recordatori'],
  comença: ['és'],
  connexió: ['xarxa'],
  enllaç: ['web'],
  identificació: ['DNI'],
  informació: ['dades'],
  'instal·lar': ['baixar'],
  número: ['telèfon'],
  reunió: ['trobada'],
  sessió: ['videocita'],
  'sol·licitud': ['tràmit'],
  últim: ['darrer'],
  última: ['darrera'],
  // Spanish
  atención: ['servicio'],
  código: ['PIN', 'clave'],
  conexión: ['red'],
  confirmación: ['confirmada'],
  día: ['fecha'],
  dirección: ['lugar'],
  está: ['queda'],
  identificación: ['DNI'],
  información: ['datos'],
  llegará: ['llega'],
  móvil: ['teléfono'],
  página: ['web'],
  podrá: ['puede'],
  recibirá: ['recibe'],
  será: ['es'],
  sesión: ['videocita'],
};

const CHARACTERS: Readonly<Record<string, readonly string[]>> = {
  '·': ['-'],
  '×': ['x'],
  '→': [':'],
  '½': ['1/2'],
};

/** Other words for this one or, for a character outside words, other characters; empty when there is nothing plain. */
export function plainWords(word: string, char: string): string[] {
  // Catalan elides: «l'adreça» is the word «adreça».
  const bare = word.toLowerCase().replace(/^[dlmnst]['’]/, '');
  const words = WORDS[bare];
  if (words) return [...words];
  return word === char ? [...(CHARACTERS[char] ?? [])] : [];
}

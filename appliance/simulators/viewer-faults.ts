import {
  ALWAYS,
  describeFault,
  FAULT_GROUPS,
  fieldsToTell,
  showValue,
  type FaultField,
} from './fault-fields.ts';
import { escapeHtml } from './html.ts';
import type { Smsc } from './smsc.ts';

/** What was typed and cannot be, for the gateway of this name. */
export interface Refused {
  gateway: string;
  form: URLSearchParams;
  errors: Map<string, string>;
}

/** Buttons that do something at once, with what they say. */
export const ACTIONS = {
  drop: 'Talla l’enllaç ara',
  unbind: 'Demana la desconnexió (unbind)',
  garbage: 'Envia brossa',
  truncated: 'Envia un paquet incomplet',
  tooLong: 'Envia una longitud impossible',
  unknown: 'Envia una ordre desconeguda',
} as const;

/** How the gateways behave now, in words, with one button back to normal. Drawn again at each change. */
export function renderFaultState(gateways: readonly Smsc[], token: string): string {
  const troubled = gateways.filter(({ faults }) => Object.keys(faults.active).length > 0);
  if (troubled.length === 0)
    return `<p class="calm">${gateways.length > 1 ? 'Les passarel·les d’SMS funcionen' : 'La passarel·la d’SMS funciona'} amb normalitat.</p>`;
  const lists = troubled.map((smsc) => `<h3>${escapeHtml(title(smsc, gateways))}</h3>${renderActive(smsc)}`);
  return `<div class="trouble" role="status"><h2>Avaries actives</h2>${lists.join('')}
<form method="post" action="/faults">${hidden(token, '')}<button class="back" name="action" value="normal">Torna-ho tot a la normalitat</button></form></div>`;
}

function renderActive({ faults }: Smsc): string {
  const { active, current } = faults;
  return `<ul>${fieldsToTell(active)
    .map((field) => `<li>${escapeHtml(describeFault(field, current))}</li>`)
    .join('')}</ul>`;
}

/** The switches of every gateway. They are not drawn again while somebody fills them in. */
export function renderFaultForms(gateways: readonly Smsc[], token: string, refused?: Refused): string {
  return gateways.map((smsc) => renderGateway(smsc, gateways, token, refused)).join('');
}

function renderGateway(
  smsc: Smsc,
  gateways: readonly Smsc[],
  token: string,
  refused: Refused | undefined,
): string {
  const mine = refused?.gateway === smsc.name ? refused : undefined;
  const groups = FAULT_GROUPS.map(({ title: legend, fields }) => {
    const inputs = fields.map((field) => renderField(field, smsc, mine)).join('');
    return `<fieldset><legend>${legend}</legend><div class="fields">${inputs}</div></fieldset>`;
  });
  const buttons = Object.entries(ACTIONS).map(
    ([action, label]) => `<button name="action" value="${action}">${label}</button>`,
  );
  const problem = mine
    ? '<p class="problem" role="alert">No s’ha canviat res: reviseu els camps marcats.</p>'
    : '';
  return `<details class="faults" id="faults-${escapeHtml(smsc.name)}"${mine ? ' open' : ''}>
<summary>Provoca avaries: ${escapeHtml(title(smsc, gateways))}</summary>${problem}
<form method="post" action="/faults">${hidden(token, smsc.name)}<div class="groups">${groups.join('')}</div>
<p class="hint">Les llistes se separen amb espais; un asterisc vol dir tothom. On es compta, «${ALWAYS}» vol dir sense fi.</p>
<button class="apply" name="action" value="apply">Aplica-ho</button></form>
<form method="post" action="/faults" class="actions">${hidden(token, smsc.name)}${buttons.join('')}</form></details>`;
}

function title({ name, port }: Smsc, gateways: readonly Smsc[]): string {
  return gateways.length > 1 ? `passarel·la ${name} (port ${port})` : `passarel·la d’SMS (port ${port})`;
}

function hidden(token: string, gateway: string): string {
  return `<input type="hidden" name="token" value="${token}"><input type="hidden" name="gateway" value="${escapeHtml(gateway)}">`;
}

function renderField(field: FaultField, smsc: Smsc, refused: Refused | undefined): string {
  const id = `${smsc.name}-${field.name}`;
  const typed = refused?.form.get(field.name) ?? undefined;
  const value = refused ? (typed ?? '') : showValue(field, smsc.faults.current);
  const error = refused?.errors.get(field.name);
  const first = error && refused?.errors.keys().next().value === field.name ? ' autofocus' : '';
  const wrong = error ? `${first} aria-invalid="true" aria-describedby="${escapeHtml(id)}-error"` : '';
  const attributes = `id="${escapeHtml(id)}" name="${field.name}"${wrong}`;
  const label = `<label for="${escapeHtml(id)}">${escapeHtml(labelOf(field))}</label>`;
  const note = error ? `<p class="problem" id="${escapeHtml(id)}-error">${escapeHtml(error)}</p>` : '';
  if (field.kind === 'yes') {
    const checked = refused ? typed === 'on' : smsc.faults.current[field.name] === true;
    return `<div class="field yes"><input type="checkbox" ${attributes}${checked ? ' checked' : ''}>${label}</div>`;
  }
  return `<div class="field">${label}${renderInput(field, attributes, value)}${note}</div>`;
}

function labelOf(field: FaultField): string {
  if (field.kind === 'percent') return `${field.label} (%)`;
  return field.kind === 'number' && field.unit ? `${field.label} (${field.unit})` : field.label;
}

function renderInput(field: FaultField, attributes: string, value: string): string {
  if (field.kind === 'choice') {
    const options = field.choices.map(
      ([choice, label]) =>
        `<option value="${choice}"${String(choice) === value ? ' selected' : ''}>${escapeHtml(label)}</option>`,
    );
    return `<select ${attributes}>${options.join('')}</select>`;
  }
  const mode = field.kind === 'list' ? '' : ' inputmode="numeric"';
  return `<input type="text"${mode} autocomplete="off" ${attributes} value="${escapeHtml(value)}">`;
}

/** Style of the viewer; light and dark, one column on narrow screens. */
export const STYLE = `
:root { color-scheme: light dark; --ink: #14213d; --paper: #f7f6f2; --card: #fff; --line: #c9cdd6; --quiet: #4a556b;
  --bubble: #e4ecf7; --link: #0b4f8a; --accent: #b3541e; }
@media (prefers-color-scheme: dark) { :root { --ink: #eef1f7; --paper: #10182a; --card: #18233c; --line: #3a4764;
  --quiet: #b9c3d8; --bubble: #243657; --link: #9cc8f5; --accent: #f0a36f; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1.0625rem/1.5 system-ui, sans-serif; }
header { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; align-items: baseline; padding: 1rem 1.5rem;
  border-bottom: 1px solid var(--line); }
h1 { font-size: 1.375rem; margin: 0; } h2 { font-size: 1.125rem; margin: 0 0 .75rem; } h3 { font-size: 1rem; margin: 0; }
header p { margin: 0; color: var(--quiet); flex: 1 1 16rem; }
a { color: var(--link); text-underline-offset: .15em; overflow-wrap: anywhere; }
a:focus-visible, summary:focus-visible, section:focus-visible, button:focus-visible, input:focus-visible, select:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
main { padding: 1.5rem; max-width: 82rem; margin: 0 auto; }
#messages { display: grid; grid-template-columns: minmax(18rem, 24rem) minmax(0, 1fr); gap: 2rem; align-items: start; }
.phone { border: 10px solid #14213d; border-radius: 2rem; background: var(--card); height: min(80vh, 50rem); overflow-y: auto;
  padding: 1rem; }
.thread { margin-bottom: 1.5rem; } .thread h3 { text-align: center; color: var(--quiet); margin-bottom: .5rem; }
.bubble { background: var(--bubble); border-radius: 1rem 1rem 1rem .25rem; padding: .6rem .9rem; margin: 0 1rem .25rem 0;
  white-space: pre-wrap; overflow-wrap: anywhere; }
.meta { color: var(--quiet); font-size: 1rem; margin: 0 0 .9rem .25rem; }
.mail { background: var(--card); border: 1px solid var(--line); border-radius: .75rem; margin-bottom: 1rem; }
.mail summary { padding: .9rem 1rem; cursor: pointer; min-height: 44px; } .mail summary { overflow-wrap: anywhere; }
.mail .body { padding: 0 1rem 1rem; } iframe { width: 100%; height: 38rem; border: 1px solid var(--line); border-radius: .5rem; background: #fff; }
.empty { color: var(--quiet); text-align: center; padding: 2rem 1rem; }
.state { grid-column: 1 / -1; } .calm { color: var(--quiet); margin: 0; }
.trouble { border: 2px solid var(--accent); border-radius: .75rem; background: var(--card); padding: 1rem; }
.trouble ul { margin: .25rem 0 .75rem; padding-left: 1.25rem; overflow-wrap: anywhere; }
#avaries { margin-top: 2rem; }
.faults { background: var(--card); border: 1px solid var(--line); border-radius: .75rem; margin-bottom: 1rem; padding: 0 1rem; }
.faults > summary { cursor: pointer; padding: .7rem 0; min-height: 44px; font-weight: 600; }
.groups { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr)); gap: 1rem; align-items: start; }
fieldset { border: 1px solid var(--line); border-radius: .5rem; margin: 0; padding: .5rem 1rem 1rem; min-width: 0; }
fieldset:last-child { grid-column: 1 / -1; }
.fields { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 13rem), 1fr)); gap: 0 1rem; align-items: end; }
legend { font-weight: 600; padding: 0 .35rem; }
.field { margin-top: .6rem; } .field label { display: block; }
.field.yes { display: flex; gap: .6rem; align-items: center; min-height: 44px; }
.field.yes input { width: 1.5rem; height: 1.5rem; flex: none; }
.field input[type=text], select { font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--quiet);
  border-radius: .4rem; padding: .45rem .6rem; width: 100%; min-height: 44px; }
[aria-invalid=true] { border: 2px solid var(--accent) !important; } .problem { color: var(--accent); font-weight: 600; margin: .25rem 0 0; }
.hint { color: var(--quiet); }
button { font: inherit; font-weight: 600; min-height: 44px; padding: .45rem 1rem; border-radius: .5rem; cursor: pointer;
  border: 1px solid var(--link); background: var(--card); color: var(--link); }
button.apply, button.back { background: var(--link); color: var(--card); }
.actions { display: flex; flex-wrap: wrap; gap: .5rem; border-top: 1px solid var(--line); margin-top: 1rem; padding: 1rem 0; }
@media (max-width: 50rem) { #messages { grid-template-columns: minmax(0, 1fr); } .phone { height: 32rem; } main { padding: 1rem; } }
`;

/** Redraws the messages when the server says that something came; open e-mails stay open. */
export const SCRIPT = `
const box = document.getElementById('messages');
function scrollDown() { const phone = box.querySelector('.phone'); if (phone) phone.scrollTop = phone.scrollHeight; }
function merge(next) {
  const state = box.querySelector('.state');
  const wanted = next.querySelector('.state');
  if (state.innerHTML !== wanted.innerHTML) {
    const focused = state.contains(document.activeElement);
    state.replaceChildren(...wanted.childNodes);
    if (focused) state.querySelector('button')?.focus();
  }
  box.querySelector('.phone').replaceChildren(...next.querySelector('.phone').childNodes);
  const inbox = box.querySelector('.inbox-list');
  const known = new Map([...inbox.children].map((item) => [item.id, item]));
  inbox.replaceChildren(...[...next.querySelector('.inbox-list').children].map((item) => known.get(item.id) ?? item));
  scrollDown();
}
async function redraw() {
  const answer = await fetch('/fragment');
  merge(new DOMParser().parseFromString(await answer.text(), 'text/html'));
}
const events = new EventSource('/events');
events.addEventListener('changed', redraw);
events.addEventListener('open', redraw);
scrollDown();
`;

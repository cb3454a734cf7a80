// The page: a search box, the history on the left, the list on the right. All ranking is done by MetaEmbed.Inference in WebAssembly.
import { dotnet } from './_framework/dotnet.js';

const listLength = 20, mostMatches = 8;
const part = id => document.getElementById(id);
const [search, matches, historyList, list, empty, status, file] = ['search', 'matches', 'history', 'list', 'empty', 'status', 'file'].map(part);
let names = [], folded = [], history = [], shown = [], selected = -1, about = '';

const runtime = await dotnet.create();
const { BrowserSample: { Program: model } } = await runtime.getAssemblyExports(runtime.getConfig().mainAssemblyName);

file.addEventListener('change', async () => {
  const chosen = file.files[0];
  if (chosen) load(new Uint8Array(await chosen.arrayBuffer()), chosen.name);
});

const answer = await fetch('model.metaembed').catch(() => null);
if (answer?.ok) load(new Uint8Array(await answer.arrayBuffer()), 'model.metaembed');
else say('There is no model.metaembed beside this page: choose a file.');

function load(bytes, name) {
  const start = performance.now();
  try {
    model.Open(bytes, name);
  } catch (mistake) {
    say(mistake.message, true);
    return;
  }

  names = model.Names();
  folded = names.map(fold);
  history = [];
  about = `${name}: ${bytes.length.toLocaleString('en')} bytes, ${names.length.toLocaleString('en')} items, opened in ${(performance.now() - start).toFixed(0)} ms`;
  search.disabled = false;
  search.placeholder = 'A name, or a part of one';
  search.value = '';
  show();
}

function show() {
  const [microseconds, ...pairs] = model.Recommend(history, listLength);
  list.replaceChildren(...Array.from({ length: pairs.length / 2 }, (_, i) => entry(pairs[2 * i], i + 1)));
  historyList.replaceChildren(...history.map(known));
  empty.hidden = history.length > 0;
  say(`${about}; list in ${(microseconds / 1000).toFixed(2)} ms`);
}

function entry(item, place) {
  const button = element('button', '', { type: 'button', title: 'Add to what you know' });
  button.append(element('span', place, { class: 'place' }), element('span', names[item], { class: 'name' }));
  button.addEventListener('click', () => add(item));
  const line = element('li');
  line.append(button);
  return line;
}

function known(item) {
  const remove = element('button', '×', { type: 'button', 'aria-label': `Remove ${names[item]}` });
  remove.addEventListener('click', () => {
    history = history.filter(other => other !== item);
    show();
    (historyList.querySelector('button') ?? search).focus();
  });
  const line = element('li');
  line.append(element('span', names[item]), remove);
  return line;
}

function add(item) {
  if (!history.includes(item)) history = [item, ...history];
  search.value = '';
  suggest();
  search.focus();
  show();
}

// Names that start with the text first, then those with it anywhere; each kind in the order of ids.
function suggest() {
  const text = fold(search.value.trim());
  shown = [];
  if (text) {
    const [first, later] = [[], []];
    for (let item = 0; item < folded.length && first.length < mostMatches; item++) {
      const at = folded[item].indexOf(text);
      if (at < 0 || history.includes(item)) continue;
      (at === 0 ? first : later).push(item);
    }

    shown = [...first, ...later].slice(0, mostMatches);
  }

  selected = shown.length > 0 ? 0 : -1;
  matches.replaceChildren(...shown.map((item, i) => {
    const line = element('li', names[item], { role: 'option', id: `match-${i}` });
    line.addEventListener('pointerdown', event => { event.preventDefault(); add(item); });
    return line;
  }));
  mark();
}

function mark() {
  matches.hidden = shown.length === 0;
  search.setAttribute('aria-expanded', String(shown.length > 0));
  [...matches.children].forEach((line, i) => line.setAttribute('aria-selected', String(i === selected)));
  if (selected < 0) search.removeAttribute('aria-activedescendant');
  else search.setAttribute('aria-activedescendant', `match-${selected}`);
}

search.addEventListener('input', suggest);
search.addEventListener('keydown', event => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && shown.length > 0) selected = (selected + step + shown.length) % shown.length;
  else if (event.key === 'Enter' && selected >= 0) return add(shown[selected]);
  else if (event.key === 'Escape') search.value = '', suggest();
  else return;
  event.preventDefault();
  mark();
});
search.addEventListener('blur', () => { matches.hidden = true; search.setAttribute('aria-expanded', 'false'); });

function fold(text) {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}

function say(text, mistake = false) {
  status.textContent = text;
  status.className = mistake ? 'mistake' : '';
}

function element(name, text = '', attributes = {}) {
  const made = document.createElement(name);
  made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

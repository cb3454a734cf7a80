'use strict';

const part = id => document.getElementById(id);
const history = [];
const times = [];
let key = '';
let searches = 0;
let lists = 0;

async function ask(path, body) {
  const headers = key ? { 'X-Api-Key': key } : {};
  if (body) headers['Content-Type'] = 'application/json';
  const started = performance.now();
  const response = await fetch(path, { method: body ? 'POST' : 'GET', headers, body: body && JSON.stringify(body) });
  const answer = await response.json();
  clock(performance.now() - started);
  if (response.status === 401) part('key-form').hidden = false;
  if (!response.ok) throw new Error(`${answer.title}. ${answer.detail}`);
  return answer;
}

function clock(milliseconds) {
  times.push(milliseconds);
  if (times.length > 50) times.shift();
  const sorted = [...times].sort((one, other) => one - other);
  part('latency').textContent = `${milliseconds.toFixed(1)} ms, median ${sorted[sorted.length >> 1].toFixed(1)} ms`;
}

const named = item => item.title || item.id;

function make(tag, text, name) {
  const element = document.createElement(tag);
  element.textContent = text;
  if (name) element.className = name;
  return element;
}

function button(text, item, act) {
  const element = make('button', text);
  element.type = 'button';
  element.setAttribute('aria-label', `${text}: ${named(item)}`);
  element.addEventListener('click', () => act(item));
  return element;
}

function line(item, ...buttons) {
  const element = document.createElement('li');
  element.append(make('span', named(item), 'name'), ...buttons);
  return element;
}

function tell(failure) {
  part('status').textContent = failure.message;
}

async function search() {
  const turn = ++searches;
  const answer = await ask(`v1/items?k=6&q=${encodeURIComponent(part('search').value)}`);
  if (turn !== searches) return;
  const lines = answer.items.map(item => line(item, button('Add', item, add)));
  part('found').replaceChildren(...(lines.length ? lines : [make('li', 'Nothing has this name.', 'quiet')]));
}

function add(item) {
  if (!history.some(other => other.id === item.id)) history.push(item);
  changed();
}

function remove(item) {
  history.splice(history.findIndex(other => other.id === item.id), 1);
  changed();
  part('search').focus();
}

function changed() {
  part('history').replaceChildren(...history.map(item => line(item, button('Remove', item, remove))));
  part('clear').hidden = history.length === 0;
  recommend().catch(tell);
}

const bases = { user: 'From what the model knows of the user.', history: 'From your history.', popular: 'Popular items, since there is no history yet.' };

async function recommend() {
  const turn = ++lists;
  const answer = await ask('v1/recommend', { history: history.map(item => item.id), k: 10, explain: true });
  if (turn !== lists) return;
  part('status').textContent = bases[answer.basis];
  const focused = part('list').contains(document.activeElement);
  part('list').replaceChildren(...answer.items.map(item => {
    const element = line(item, button('Add', item, add), button('Similar', item, similar));
    if (item.because?.length) element.append(make('span', because(item), 'because'));
    return element;
  }));
  if (focused) part('list').querySelector('button')?.focus(); // the button that was pressed has gone
}

// Names alone: a share of the score can be above 100 % where a bias speaks against the item.
const because = item => 'Because of ' + item.because.map(named).join(', ');

async function similar(item) {
  try {
    const answer = await ask(`v1/items/${encodeURIComponent(item.id)}/similar?k=6`);
    part('similar-title').textContent = `Similar to ${named(item)}`;
    part('similar').replaceChildren(...answer.items.map(other => line(other, button('Add', other, add))));
    part('similar-part').hidden = false;
    part('similar-title').focus();
  } catch (failure) { tell(failure); }
}

async function card() {
  const model = await ask('v1/model');
  const facts = [];
  const put = (name, value) => {
    if (value === null || value === undefined || Array.isArray(value)) return;
    if (typeof value === 'object') for (const [inner, deeper] of Object.entries(value)) put(name ? `${name} ${inner}` : inner, deeper);
    else facts.push(make('dt', name.replaceAll('_', ' ')), make('dd', String(value)));
  };
  const { card: written, ...rest } = model;
  put('', rest);
  put('', written);
  part('facts').replaceChildren(...facts);
}

async function begin() {
  try { await Promise.all([search(), recommend(), card()]); } catch (failure) { tell(failure); }
}

let pause = 0;
part('search').addEventListener('input', () => {
  clearTimeout(pause);
  pause = setTimeout(() => search().catch(tell), 120);
});
part('clear').addEventListener('click', () => { history.length = 0; changed(); part('search').focus(); });
part('key-form').addEventListener('submit', event => {
  event.preventDefault();
  key = part('key').value;
  part('key').value = '';
  part('key-form').hidden = true;
  begin();
});
begin();

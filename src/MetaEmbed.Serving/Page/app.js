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
  curves(written?.curves ?? []);
  part('facts').replaceChildren(...facts);
}

function draw(tag, attributes, text) {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  if (text !== undefined) element.textContent = text;
  return element;
}

// The validation metrics by epoch: a picture for each stage, the same as a table behind it.
function curves(all) {
  part('curves').replaceChildren(...all.filter(curve => curve.points.length).flatMap(curve => {
    const names = { ndcg: `NDCG@${curve.cutoff}`, recall: `Recall@${curve.cutoff}` };
    const best = curve.points.reduce((one, other) => other.ndcg > one.ndcg ? other : one);
    const said = `Validation by epoch, ${curve.stage} stage: ${names.ndcg} from ${curve.points[0].ndcg.toFixed(4)} to ${best.ndcg.toFixed(4)} at epoch ${best.epoch}, the best of ${curve.points.length}.`;
    return [make('h3', `Training, ${curve.stage} stage`), plot(curve, names, said), make('p', said, 'quiet'), table(curve, names)];
  }));
  part('curves').hidden = !part('curves').childElementCount;
}

function plot(curve, names, said) {
  const [wide, high, left, right, top, bottom] = [640, 260, 56, 92, 12, 34];
  const epochs = curve.points.map(point => point.epoch);
  const [first, last] = [Math.min(...epochs), Math.max(...epochs)];
  const most = Math.max(...curve.points.flatMap(point => [point.ndcg, point.recall])) * 1.05 || 1;
  const x = epoch => left + (last > first ? (epoch - first) / (last - first) : 0.5) * (wide - left - right);
  const y = value => high - bottom - value / most * (high - top - bottom);
  const svg = draw('svg', { viewBox: `0 0 ${wide} ${high}`, role: 'img', class: 'curve', 'aria-label': said });
  for (let i = 0; i <= 4; i++) {
    const value = most * i / 4;
    svg.append(draw('line', { x1: left, x2: wide - right, y1: y(value), y2: y(value), class: 'grid' }), draw('text', { x: left - 8, y: y(value) + 4, 'text-anchor': 'end' }, value.toFixed(3)));
  }
  const marks = last > first ? [first, (first + last) / 2, last].map(Math.round) : [first];
  for (const epoch of new Set(marks)) svg.append(draw('text', { x: x(epoch), y: high - 12, 'text-anchor': 'middle' }, epoch));
  svg.append(draw('text', { x: wide - right + 8, y: high - 12 }, 'epoch'));
  for (const metric of ['recall', 'ndcg']) {
    svg.append(draw('polyline', { points: curve.points.map(point => `${x(point.epoch).toFixed(1)},${y(point[metric]).toFixed(1)}`).join(' '), class: metric }));
    for (const point of curve.points) {
      const dot = draw('circle', { cx: x(point.epoch), cy: y(point[metric]), r: curve.points.length > 40 ? 1.5 : 3, class: metric });
      dot.append(draw('title', {}, `${names[metric]} ${point[metric].toFixed(4)}, epoch ${point.epoch}, ${point.phase}`));
      svg.append(dot);
    }
    svg.append(draw('text', { x: wide - right + 8, y: y(curve.points.at(-1)[metric]) + 4, class: `label ${metric}` }, names[metric]));
  }
  return svg;
}

function table(curve, names) {
  const whole = make('details');
  const rows = make('tbody');
  for (const point of curve.points) {
    const row = document.createElement('tr');
    row.append(make('td', point.epoch), make('td', point.phase), make('td', point.ndcg.toFixed(5)), make('td', point.recall.toFixed(5)));
    rows.append(row);
  }
  const head = document.createElement('tr');
  for (const name of ['epoch', 'phase', names.ndcg, names.recall]) {
    const cell = make('th', name);
    cell.scope = 'col';
    head.append(cell);
  }
  const heads = document.createElement('thead');
  heads.append(head);
  const inner = document.createElement('table');
  inner.append(heads, rows);
  const frame = make('div', '', 'scroll');
  frame.tabIndex = 0;
  frame.setAttribute('role', 'region');
  frame.setAttribute('aria-label', `Validation by epoch, ${curve.stage} stage`);
  frame.append(inner);
  whole.append(make('summary', 'The same as a table'), frame);
  return whole;
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

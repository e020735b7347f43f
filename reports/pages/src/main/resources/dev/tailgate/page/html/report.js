// Sorting, filtering and the closer look at a tap. The page is complete without; text only ever
// becomes text nodes, because names come from a model.
(() => {
  'use strict';
  const page = JSON.parse(document.getElementById('page-data').textContent);
  const looks = new Map(page.looks.map(look => [look.tap, look]));
  const byId = id => document.getElementById(id);
  const FIRST = 15;

  const built = (node, attributes, children) => {
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    node.append(...children);
    return node;
  };
  const el = (name, attributes = {}, ...children) =>
    built(document.createElement(name), attributes, children);
  const svg = (name, attributes = {}, ...children) =>
    built(document.createElementNS('http://www.w3.org/2000/svg', name), attributes, children);

  /** Three digits. */
  const short = value => {
    const x = Number(value);
    if (!Number.isFinite(x)) return String(value);
    const size = Math.abs(x);
    return size >= 1e5 || (size < 1e-3 && size > 0)
      ? x.toExponential(1) : String(Number(x.toPrecision(3)));
  };

  // ---- tables

  const number = text => parseFloat(text.replace(/[\u202f,+]/g, '').replace('\u2212', '-'));

  /** Puts rows in order, the first ones into the first body. */
  function place(table, rows) {
    const bodies = table.tBodies;
    const first = bodies.length > 1 ? FIRST : rows.length;
    bodies[0].append(...rows.slice(0, first));
    if (bodies.length > 1) bodies[1].append(...rows.slice(first));
  }

  function sortBy(table, column, descending) {
    const numeric = table.tHead.rows[0].cells[column].classList.contains('number');
    const keyed = Array.from(table.tBodies).flatMap(body => Array.from(body.rows)).map(row => {
      const text = row.cells[column].textContent.trim();
      return { row, key: numeric ? number(text) : text };
    });
    const sign = descending ? -1 : 1;
    keyed.sort((a, b) => {
      if (!numeric) return sign * a.key.localeCompare(b.key, 'en', { numeric: true });
      const noneA = Number.isNaN(a.key), noneB = Number.isNaN(b.key);
      return noneA || noneB ? noneA - noneB : sign * (a.key - b.key) || 0;
    });
    place(table, keyed.map(each => each.row));
  }

  function sortable(table) {
    const heads = Array.from(table.tHead.rows[0].cells);
    heads.forEach((head, column) => {
      const button = el('button', { type: 'button' }, ...head.childNodes);
      head.append(button);
      button.addEventListener('click', () => {
        const before = head.getAttribute('aria-sort');
        const numeric = head.classList.contains('number');
        const descending = before ? before === 'ascending' : numeric;
        heads.forEach(each => each.removeAttribute('aria-sort'));
        head.setAttribute('aria-sort', descending ? 'descending' : 'ascending');
        sortBy(table, column, descending);
      });
    });
  }
  document.querySelectorAll('table.sortable').forEach(sortable);

  const taps = document.querySelector('table.taps');
  const tapRow = rank => byId('tap-' + rank);
  const filter = byId('tap-filter');
  const rows = Array.from(taps.querySelectorAll('tbody tr')).map(row => ({
    row,
    text: Array.from(row.cells).slice(0, 3).map(cell => cell.textContent).join(' ').toLowerCase(),
  }));

  function applyFilter() {
    const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const { row, text } of rows) {
      // A bare number is a layer, which no other number should match.
      const cells = text.split(' ');
      row.hidden = !words.every(w => /^\d+$/.test(w) ? cells.includes(w) : text.includes(w));
      shown += row.hidden ? 0 : 1;
    }
    taps.classList.toggle('open', words.length > 0);
    byId('tap-count').textContent = words.length ? shown + ' of ' + rows.length : '';
  }
  filter.addEventListener('input', applyFilter);

  // ---- the picture

  const picture = document.querySelector('table.picture');
  const grid = picture ? Array.from(picture.tBodies[0].rows).map(r => Array.from(r.cells).slice(1)) : [];
  const flat = grid.flat();
  const cellOf = new Map(page.picture.taps.flatMap((ranks, cell) => ranks.map(r => [r, cell])));
  let current = flat.find(cell => cell.firstElementChild);

  /** One cell takes part in the tab order; arrow keys move among the others. */
  function makeCurrent(cell) {
    flat.forEach(each => each.firstElementChild?.setAttribute('tabindex', '-1'));
    current = cell;
    cell?.firstElementChild?.setAttribute('tabindex', '0');
  }

  function colour(id) {
    const colouring = page.picture.colourings.find(each => each.id === id);
    colouring.cells.forEach((cell, i) => {
      const td = flat[i];
      td.className = cell.tap < 0 ? '' : cell.shade < 0 ? 'broken' : 'h' + cell.shade;
      td.replaceChildren();
      if (cell.tap >= 0) td.append(el('a', { href: '#tap-' + cell.tap, tabindex: '-1' }, cell.text));
    });
    byId('ramp-name').textContent = colouring.label;
    byId('ramp-low').textContent = colouring.low;
    byId('ramp-high').textContent = colouring.high;
    makeCurrent(current?.firstElementChild ? current : flat.find(cell => cell.firstElementChild));
  }

  function neighbour(cell, key) {
    const y = grid.findIndex(row => row.includes(cell));
    const x = grid[y].indexOf(cell);
    const [dx, dy] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[key];
    for (let i = x + dx, j = y + dy; grid[j]?.[i]; i += dx, j += dy) {
      if (grid[j][i].firstElementChild) return grid[j][i];
    }
    return cell;
  }

  if (picture) {
    makeCurrent(current);
    picture.addEventListener('keydown', event => {
      const cell = event.target.closest('td');
      if (!cell || !event.key.startsWith('Arrow')) return;
      event.preventDefault();
      makeCurrent(neighbour(cell, event.key));
      current.firstElementChild.focus();
    });
    document.querySelectorAll('input[name=colour]').forEach(radio =>
      radio.addEventListener('change', () => colour(radio.value)));
  }

  // ---- the closer look

  const panel = byId('look');

  function histogram(look) {
    const width = 560, height = 190, floor = 160;
    const { edges, counts, clip } = look;
    const low = Math.min(edges[0], ...clip.map(Number)), high = Math.max(edges.at(-1), ...clip.map(Number));
    const x = v => 10 + (v - low) / (high - low || 1) * (width - 20);
    const most = Math.log10(Math.max(1, ...counts) + 1);
    const parts = counts.map((count, i) => {
      const top = floor - Math.log10(count + 1) / most * (floor - 20);
      return svg('path', { class: 'f s0', d: `M${x(edges[i])} ${floor}V${top}H${x(edges[i + 1])}V${floor}Z` });
    });
    const mark = (v, words, y, kind) => {
      const at = x(v);
      const anchor = at < 60 ? 'start' : at > width - 60 ? 'end' : 'middle';
      return svg('text', { x: at, y, 'text-anchor': anchor, class: kind }, words);
    };
    const lines = clip.map(v => svg('path', { class: 'clip', d: `M${x(v)} 14V${floor}` }));
    const names = clip.map(v => mark(v, 'grid ends ' + short(v), 10, 'clip-name'));
    const ticks = [edges[0], edges.at(-1)].map(v => mark(v, short(v), floor + 18, 'name'));
    const near = Math.min(Math.abs(x(0) - x(edges[0])), Math.abs(x(0) - x(edges.at(-1))));
    if (low < 0 && high > 0 && near > 40) ticks.push(mark(0, '0', floor + 18, 'name'));
    const total = counts.reduce((a, b) => a + b, 0);
    return svg('svg', {
      class: 'chart', viewBox: `0 0 ${width} ${height}`, role: 'img',
      'aria-label': `${total} values from ${short(edges[0])} to ${short(edges.at(-1))}, counts on a log scale`,
    }, ...parts, svg('path', { class: 'axis', d: `M10 ${floor}H${width - 10}` }), ...lines, ...names, ...ticks);
  }

  function bars(channels) {
    const most = Math.max(...channels.map(([, v]) => Number(v)).filter(Number.isFinite), 1e-30);
    return el('table', { class: 'bars' }, el('tbody', {}, ...channels.map(([channel, v]) => {
      const bar = el('i');
      bar.style.width = Math.min(100, 100 * Number(v) / most) + '%';
      return el('tr', {}, el('th', { scope: 'row' }, String(channel)),
        el('td', {}, bar), el('td', { class: 'number' }, short(v)));
    })));
  }

  function extremes(list) {
    const ids = list.some(each => each[4] >= 0);
    const heads = ['Value', 'Sample', 'Token', 'Channel'].concat(ids ? ['Token id'] : []);
    return el('table', {}, el('thead', {}, el('tr', {},
      ...heads.map(head => el('th', { scope: 'col', class: 'number' }, head)))),
      el('tbody', {}, ...list.map(each => el('tr', {}, ...heads.map((_, i) => el('td', { class: 'number' },
        i === 0 ? short(each[0]) : each[i] < 0 ? '\u2013' : String(each[i])))))));
  }

  const figure = (caption, ...body) => el('figure', {}, el('figcaption', {}, caption), ...body);
  const facts = pairs => el('dl', { class: 'facts' }, ...pairs.map(({ name, text }) =>
    el('div', {}, el('dt', {}, name), el('dd', {}, text))));

  function siblings(rank) {
    const others = (page.picture.taps[cellOf.get(rank)] || []).filter(other => other !== rank);
    if (!others.length) return [];
    const links = others.slice(0, 40).map(other => el('li', {}, el('a', { href: '#tap-' + other },
      el('code', { class: 'name' }, tapRow(other).querySelector('code').textContent))));
    return [el('details', {}, el('summary', {}, `${others.length} more of this layer and role`), el('ul', {}, ...links))];
  }

  function open(rank, focus) {
    const row = tapRow(rank);
    if (!row || !panel) return false;
    const heads = Array.from(taps.tHead.rows[0].cells).map(head => head.textContent);
    const measured = Array.from(row.cells).slice(1).map((cell, i) =>
      ({ name: heads[i + 1], text: cell.textContent.trim() }));
    const bad = row.querySelector('.bad');
    if (bad) measured.push({ name: 'Not finite', text: bad.textContent });
    const look = looks.get(rank);
    const close = el('button', { type: 'button', class: 'close' }, 'Close');
    close.addEventListener('click', shut);
    const body = [facts(measured)];
    if (look) {
      body.push(facts(look.facts));
      if (look.counts.length) {
        body.push(el('div', { class: 'pair' },
          figure(`Values, count on a log scale, ${page.samples} samples`, histogram(look)),
          figure('Largest channels, max |x|', bars(look.channels))),
          figure('Largest values, at most one of each sample', el('div', { class: 'scroll' }, extremes(look.extremes))));
      }
    }
    if (!look?.counts.length) {
      body.push(el('p', { class: 'note' }, looks.size
        ? 'No closer look was taken at this tap. An audit takes one at the worst, at most 64, and none at'
          + ' attention scores and probabilities, whose last axis is no channel.'
        : 'This result holds no closer looks; audits from this version on take them.'));
    }
    panel.replaceChildren(close, el('h3', {}, el('code', { class: 'name' }, row.querySelector('code').textContent)),
      ...body, ...siblings(rank));
    panel.hidden = false;
    flat.forEach(cell => cell.classList.remove('chosen'));
    const cell = flat[cellOf.get(rank)];
    cell?.classList.add('chosen');
    if (cell?.firstElementChild) makeCurrent(cell);
    if (focus) {
      panel.focus({ preventScroll: true });
      panel.scrollIntoView({ block: 'nearest' });
    }
    return true;
  }

  function shut() {
    panel.hidden = true;
    flat.forEach(cell => cell.classList.remove('chosen'));
    history.replaceState(null, '', location.pathname + location.search);
    current?.firstElementChild?.focus();
  }

  const rankIn = hash => /^#tap-\d+$/.test(hash) ? Number(hash.slice(5)) : -1;
  document.addEventListener('click', event => {
    const link = event.target.closest('a[href^="#tap-"]');
    if (link && open(rankIn(link.getAttribute('href')), true)) {
      event.preventDefault();
      history.replaceState(null, '', link.getAttribute('href'));
    }
  });
  panel?.addEventListener('keydown', event => {
    if (event.key === 'Escape') shut();
  });
  picture?.addEventListener('keydown', event => {
    if (event.key === 'Escape' && !panel.hidden) shut();
  });
  window.addEventListener('hashchange', () => open(rankIn(location.hash), true));

  document.querySelectorAll('.scripted').forEach(each => { each.hidden = false; });
  open(rankIn(location.hash), true);
  document.documentElement.dataset.ready = 'true';
})();

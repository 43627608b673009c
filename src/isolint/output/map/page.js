"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const byId = (id) => document.getElementById(id);
  const { ways, tables, routes, cells, texts } = data;
  const rows = routes.map(() => []);
  cells.forEach((cell, at) => rows[cell[0]].push(at));
  const worst = rows.map((row) => row.reduce((most, at) => Math.max(most, cells[at][2]), 0));
  const title = (route) => (route[1] ? `${route[0]} ${route[1]}` : `${route[2]}: ${route[0]}`);
  const folders = routes.map((route) => route[2].split("/").slice(0, -1));
  const common = folders.length ? folders.reduce((all, parts) => {
    const until = all.findIndex((part, at) => parts[at] !== part);
    return until < 0 ? all : all.slice(0, until);
  }).length : 0;
  const folder = (at) => folders[at].slice(0, common + 1).join("/") || ".";
  const found = routes.map((route) => `${title(route)} ${route[2]}`.toLowerCase());
  const shown = new Set(ways.keys());
  const escaped = (text) => text.replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c]);
  let order = [];

  const groups = {
    "": () => "",
    folder,
    role: (at) => routes[at][4],
    worst: (at) => ways[worst[at]].name,
  };

  function chosen() {
    const words = byId("filter").value.toLowerCase().split(/\s+/).filter(Boolean);
    const picked = [];
    routes.forEach((_, at) => {
      const seen = rows[at].filter((cell) => shown.has(cells[cell][2]));
      if (!seen.length) return;
      const own = words.every((word) => found[at].includes(word));
      const fitting = own ? seen : seen.filter((cell) =>
        words.every((word) => found[at].includes(word) || tables[cells[cell][1]].toLowerCase().includes(word)));
      if (fitting.length) picked.push([at, fitting]);
    });
    return picked;
  }

  function draw() {
    const picked = chosen();
    const key = byId("group").value;
    const group = groups[key];
    const by = new Map();
    for (const entry of picked) {
      const name = group(entry[0]);
      if (!by.has(name)) by.set(name, []);
      by.get(name).push(entry);
    }
    const used = new Set(picked.flatMap((entry) => entry[1].map((cell) => cells[cell][1])));
    const columns = tables.map((_, at) => at).filter((at) => !byId("narrow").checked || used.has(at));
    const position = new Map(columns.map((table, at) => [table, at]));
    order = [];
    let html = `<thead><tr><th scope="col">${picked.length} of ${routes.length} routes</th>`;
    for (const at of columns) html += `<th scope="col" title="${escaped(tables[at])}"><span>${escaped(tables[at])}</span></th>`;
    html += "</tr></thead>";
    const names = [...by.keys()].sort();
    for (const name of names) {
      html += "<tbody>";
      if (key) html += `<tr><th class="group" colspan="${columns.length + 1}" scope="rowgroup">${escaped(name)} (${by.get(name).length})</th></tr>`;
      for (const [at, fitting] of by.get(name)) {
        const label = title(routes[at]);
        html += `<tr><th scope="row" title="${escaped(routes[at][2])}:${routes[at][3]}">${escaped(label)}</th>`;
        let next = 0;
        const line = [];
        for (const cell of fitting) {
          const [, table, way] = cells[cell];
          const here = position.get(table);
          if (here > next) html += `<td colspan="${here - next}"></td>`;
          const said = `${label}, ${tables[table]}: ${ways[way].name}`;
          html += `<td><button type="button" class="w${way}" data-cell="${cell}" tabindex="-1" title="${escaped(said)}" aria-label="${escaped(said)}">${ways[way].letter}</button></td>`;
          line.push(cell);
          next = here + 1;
        }
        if (next < columns.length) html += `<td colspan="${columns.length - next}"></td>`;
        html += "</tr>";
        order.push(line);
      }
      html += "</tbody>";
    }
    byId("map").innerHTML = html;
    const first = byId("map").querySelector("button");
    if (first) first.tabIndex = 0;
    else byId("map").insertAdjacentHTML("beforeend", `<tbody><tr><td id="none" colspan="${columns.length + 1}">No route fits.</td></tr></tbody>`);
  }

  function explain(at) {
    const [route, table, way, accesses] = cells[at];
    const why = byId("why");
    const place = (text) => (text ? ` <span class="place">${escaped(text)}</span>` : "");
    let html = `<h2 id="why-title">${escaped(title(routes[route]))}<br>${escaped(tables[table])}: ${escaped(ways[way].name)}</h2>`;
    html += `<p class="place">${escaped(routes[route][2])}:${routes[route][3]}</p>`;
    for (const [operation, own, reason, subject, where, trail] of accesses) {
      html += `<h3><span class="key w${own}">${ways[own].letter}</span> ${escaped(texts[operation])}, ${escaped(texts[reason])}</h3>`;
      html += `<p>${texts[subject] ? `<code>${escaped(texts[subject])}</code> ` : ""}${place(texts[where])}</p>`;
      if (trail.length) {
        html += "<ol>";
        for (const [said, there, assumed] of trail) html += `<li>${escaped(texts[said])}${assumed ? " <em>(assumed)</em>" : ""}${place(texts[there])}</li>`;
        html += "</ol>";
      }
    }
    html += '<p><button type="button" id="close">Close</button></p>';
    why.innerHTML = html;
    why.hidden = false;
    why.dataset.cell = at;
    history.replaceState(null, "", `#cell-${at}`);
  }

  function close() {
    const why = byId("why");
    if (why.hidden) return;
    why.hidden = true;
    history.replaceState(null, "", location.pathname + location.search);
    focusCell(Number(why.dataset.cell));
  }

  function focusCell(at) {
    const button = byId("map").querySelector(`button[data-cell="${at}"]`);
    if (!button) return;
    byId("map").querySelectorAll('button[tabindex="0"]').forEach((other) => { other.tabIndex = -1; });
    button.tabIndex = 0;
    button.focus();
  }

  function move(at, key) {
    const line = order.findIndex((row) => row.includes(at));
    if (line < 0) return;
    const here = order[line].indexOf(at);
    if (key === "ArrowLeft" || key === "ArrowRight") {
      const next = order[line][here + (key === "ArrowRight" ? 1 : -1)];
      if (next !== undefined) focusCell(next);
      return;
    }
    const other = order[line + (key === "ArrowDown" ? 1 : -1)];
    if (!other) return;
    const column = cells[at][1];
    focusCell(other.reduce((best, cell) => Math.abs(cells[cell][1] - column) < Math.abs(cells[best][1] - column) ? cell : best));
  }

  function theme(dark) {
    document.documentElement.dataset.theme = dark ? "dark" : "light";
    byId("theme").setAttribute("aria-pressed", String(dark));
    byId("theme").textContent = dark ? "Light" : "Dark";
  }

  ways.forEach((way, at) => {
    const count = cells.filter((cell) => cell[2] === at).length;
    byId("ways").insertAdjacentHTML("beforeend",
      `<label title="${escaped(way.meaning)}"><input type="checkbox" checked data-way="${at}"> <span class="key w${at}" aria-hidden="true">${way.letter}</span> ${escaped(way.name)} (${count})</label>`);
  });
  byId("ways").addEventListener("change", (event) => {
    const at = Number(event.target.dataset.way);
    if (event.target.checked) shown.add(at); else shown.delete(at);
    draw();
  });
  byId("filter").addEventListener("input", draw);
  byId("group").addEventListener("change", draw);
  byId("narrow").addEventListener("change", draw);
  byId("theme").addEventListener("click", () => theme(document.documentElement.dataset.theme !== "dark"));
  byId("map").addEventListener("click", (event) => {
    const button = event.target.closest("button[data-cell]");
    if (button) { focusCell(Number(button.dataset.cell)); explain(Number(button.dataset.cell)); }
  });
  byId("why").addEventListener("click", (event) => { if (event.target.id === "close") close(); });
  document.addEventListener("keydown", (event) => {
    const typing = /^(INPUT|SELECT)$/.test(event.target.tagName);
    if (event.key === "/" && !typing) { event.preventDefault(); byId("filter").focus(); return; }
    if (event.key === "Escape") { close(); return; }
    const at = event.target.dataset ? event.target.dataset.cell : undefined;
    if (at !== undefined && event.key.startsWith("Arrow")) { event.preventDefault(); move(Number(at), event.key); }
    else if (event.target.id === "filter" && event.key === "ArrowDown" && order.length) { event.preventDefault(); focusCell(order[0][0]); }
  });
  theme(window.matchMedia("(prefers-color-scheme: dark)").matches);
  draw();
  const asked = /^#cell-(\d+)$/.exec(location.hash);
  if (asked && cells[Number(asked[1])]) explain(Number(asked[1]));
})();

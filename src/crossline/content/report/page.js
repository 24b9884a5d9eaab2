"use strict";

// Rows and records lie in the page as gzip in base64 and are unpacked when first asked for.

const PAGE_ROWS = 100;
const unpacked = new Map();

function unpack(name) {
  if (!unpacked.has(name)) {
    const block = document.getElementById("data-" + name);
    const bytes = Uint8Array.from(atob(block.textContent), (each) => each.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    unpacked.set(name, new Response(stream).json());
  }
  return unpacked.get(name);
}

function element(name, text, attributes = {}) {
  const made = document.createElement(name);
  if (text !== undefined && text !== null) made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

// How a value is shown, by the kind of its column.

function stamp(microseconds) {
  return new Date(microseconds / 1000).toISOString().replace("T", " ").replace(/\.\d+Z$/, "Z");
}

function shown(kind, value) {
  if (value === null || value === undefined) return "";
  if (kind === "time") return stamp(value);
  if (kind === "number") return value.toLocaleString("en-US");
  if (kind === "bits") return value.toFixed(1);
  return String(value);
}

// One table: columns of codes into distinct values, and the order of the rows now shown.

class Table {
  constructor(root, labels) {
    this.root = root;
    this.name = root.dataset.table;
    this.labels = labels;
    this.state = { q: "", sort: "", page: 0 };
  }

  load() {
    this.loaded ??= this.unpack();
    return this.loaded;
  }

  async unpack() {
    const content = await unpack(this.name);
    this.columns = content.columns;
    this.data = new Map(
      Object.entries(content.data).map(([key, each]) => [
        key,
        { values: each.values, codes: Int32Array.from(each.codes) },
      ]),
    );
    this.size = this.data.values().next().value.codes.length;
    this.all = Int32Array.from({ length: this.size }, (_, row) => row);
    this.order = this.all;
    this.found = { q: "", rows: this.all };
    for (const [key, column] of this.data) {
      if (key !== "event") column.texts = column.values.map((value) => this.text(key, value));
    }
  }

  value(key, row) {
    const column = this.data.get(key);
    return column ? column.values[column.codes[row]] : null;
  }

  text(key, value) {
    const found = this.columns.find((column) => column.key === key);
    const label = this.labels[value] ? this.labels[value] + " " + value : null;
    return (label || shown(found ? found.kind : "text", value)).toLowerCase();
  }

  // Each term must stand in some column; distinct values are searched once, not once a row.
  matching(query) {
    if (query === this.found.q) return this.found.rows;
    const columns = [...this.data.values()].filter((column) => column.texts);
    let rows = this.all;
    for (const term of query.toLowerCase().split(/\s+/).filter(Boolean)) {
      const hit = new Uint8Array(this.size);
      for (const { texts, codes } of columns) {
        const found = Uint8Array.from(texts, (text) => text.includes(term));
        if (found.includes(1)) for (const row of rows) hit[row] |= found[codes[row]];
      }
      rows = rows.filter((row) => hit[row]);
    }
    this.found = { q: query, rows };
    return rows;
  }

  sorted(rows, sort) {
    const key = sort.replace(/^-/, "");
    const column = this.data.get(key);
    if (!column) return rows;
    const levels = ["informational", "low", "medium", "high", "critical"];
    const byLevel = this.columns.some((each) => each.key === key && each.kind === "level");
    const worth = (value) => (byLevel ? levels.indexOf(value) : value);
    const empty = (value) => value === null || value === "";
    const order = column.values.map((_, code) => code).sort((a, b) => {
      const [x, y] = [worth(column.values[a]), worth(column.values[b])];
      if (empty(x) || empty(y)) return Number(empty(x)) - Number(empty(y));
      const before = x < y ? -1 : x > y ? 1 : 0;
      return sort.startsWith("-") ? -before : before;
    });
    const rank = new Int32Array(order.length);
    order.forEach((code, place) => (rank[code] = place));
    return rows.slice().sort((a, b) => rank[column.codes[a]] - rank[column.codes[b]] || a - b);
  }

  async show(change) {
    await this.load();
    Object.assign(this.state, change);
    this.order = this.sorted(this.matching(this.state.q), this.state.sort);
    this.draw();
  }

  draw() {
    const pages = Math.max(1, Math.ceil(this.order.length / PAGE_ROWS));
    this.state.page = Math.min(Math.max(0, this.state.page), pages - 1);
    const from = this.state.page * PAGE_ROWS;
    const rows = [...this.order.slice(from, from + PAGE_ROWS)].map((row) => this.row(row));
    this.root.querySelector("tbody").replaceChildren(...rows);
    this.root.querySelector("output").textContent = this.order.length
      ? `${(from + 1).toLocaleString("en-US")}–${(from + rows.length).toLocaleString("en-US")} of ${this.order.length.toLocaleString("en-US")}`
      : "no row matches";
    this.root.querySelector("input").value = this.state.q;
    this.root.querySelector('[data-turn="-1"]').disabled = this.state.page === 0;
    this.root.querySelector('[data-turn="1"]').disabled = this.state.page === pages - 1;
    this.root.querySelector(".first-rows")?.remove();
    for (const head of this.root.querySelectorAll("th[data-key]")) {
      const way = this.state.sort.replace(/^-/, "") === head.dataset.key;
      const word = this.state.sort.startsWith("-") ? "descending" : "ascending";
      if (way) head.setAttribute("aria-sort", word);
      else head.removeAttribute("aria-sort");
    }
  }

  row(row) {
    const id = this.value("id", row);
    const line = element("tr", null, id ? { id } : {});
    for (const { key, kind } of this.columns) line.append(this.cell(key, kind, row));
    return line;
  }

  cell(key, kind, row) {
    const value = this.value(key, row);
    const classes = { number: "number", bits: "number", time: "when", record: "mono" };
    const cell = element("td", null, { class: classes[kind] || kind });
    if (kind === "story" && value) {
      cell.append(element("a", this.labels[value], { href: "#" + value }));
    } else if (kind === "record" && this.value("event", row)) {
      cell.append(element("a", value || "record", { href: "#" + this.value("event", row) }));
    } else {
      cell.append(shown(kind, value));
    }
    if (kind === "rule") {
      const [author, techniques] = [this.value("author", row), this.value("techniques", row)];
      if (author) cell.append(element("span", "by " + author));
      if (techniques && !this.data.has("status")) cell.append(element("span", techniques, { class: "mono" }));
    }
    return cell;
  }

  csv() {
    const keys = [...this.data.keys()];
    const quoted = (text) => (/[",\n\r]/.test(text) ? '"' + text.replaceAll('"', '""') + '"' : text);
    const kinds = new Map(this.columns.map((column) => [column.key, column.kind]));
    const lines = [...this.order].map((row) =>
      keys
        .map((key) => {
          const value = this.value(key, row);
          const text = kinds.get(key) === "time" ? shown("time", value) : String(value ?? "");
          return quoted(text);
        })
        .join(","),
    );
    return [keys.join(","), ...lines].join("\r\n") + "\r\n";
  }

  fragment() {
    const parts = Object.entries({ q: this.state.q, sort: this.state.sort })
      .filter(([, value]) => value)
      .map(([key, value]) => key + "=" + encodeURIComponent(value));
    if (this.state.page) parts.push("page=" + (this.state.page + 1));
    return "#" + this.name + (parts.length ? "?" + parts.join("&") : "");
  }

  // A change by hand goes into the address, so that it can be sent to a colleague.
  async change(change) {
    await this.show({ page: 0, ...change });
    history.replaceState(null, "", this.fragment());
  }

  wire() {
    this.root.querySelector(".controls").hidden = false;
    const input = this.root.querySelector("input");
    input.addEventListener("focus", () => this.load());
    input.addEventListener("input", () => this.change({ q: input.value }));
    for (const button of this.root.querySelectorAll("[data-turn]")) {
      button.addEventListener("click", () =>
        this.change({ page: this.state.page + Number(button.dataset.turn) }),
      );
    }
    for (const head of this.root.querySelectorAll("th[data-key]")) {
      const button = element("button", head.textContent, { type: "button" });
      const key = head.dataset.key;
      button.addEventListener("click", () =>
        this.change({ sort: this.state.sort === key ? "-" + key : key }),
      );
      head.replaceChildren(button);
    }
    this.root.querySelector("[data-save]").addEventListener("click", async () => {
      await this.load();
      const file = new Blob([this.csv()], { type: "text/csv" });
      const link = element("a", null, { href: URL.createObjectURL(file), download: this.name + ".csv" });
      link.click();
      URL.revokeObjectURL(link.href);
    });
  }
}

// The drawer: one record, what it was read from, and what rests on it.

const drawer = document.getElementById("drawer");

function list(pairs) {
  const made = element("dl");
  for (const [name, value, mono] of pairs) {
    if (value === "" || value === null || value === undefined) continue;
    const line = element("div");
    line.append(element("dt", name), element("dd", value, mono ? { class: "mono" } : {}));
    made.append(line);
  }
  return made;
}

function part(title, content) {
  return [element("h3", title), content];
}

async function recordParts(id) {
  const content = await unpack("records");
  const row = content.ids.indexOf(id);
  if (row < 0) return null;
  const get = (key) => content.columns[key].values[content.columns[key].codes[row]];
  const place = [get("file"), get("member")].filter(Boolean).join(" · ");
  const fields = content.fields[row];
  const pairs = [];
  const table = tables.get("detections");
  const fired = await firedOn(table, id);
  const detections = fired.map((each) => table.value("id", each));
  for (let n = 0; n < fields.length; n += 2) pairs.push([content.names[fields[n]], fields[n + 1], true]);
  return [
    element("h2", `${get("organisation")} · ${get("locator")}`, { id: "drawer-title" }),
    list([
      ["file", place, true],
      ["SHA-256", get("sha256"), true],
      ["place", `${get("locator")}, position ${get("position").toLocaleString("en-US")}`],
      ["also at", get("also_at")],
      ["time", `${get("time")} ${get("uncertainty")}`],
      ["in the record", get("time_raw"), true],
      ["time basis", get("basis")],
      ["log", [get("format"), get("channel"), get("provider"), get("event_code")].filter(Boolean).join(" · ")],
      ["host", get("host")],
    ]),
    ...part("Rules that fired on it", rules(table, fired)),
    ...part("Rests on it", restsOn(content, new Set([id, get("source_id"), ...get("stories"), ...detections]), get("stories"))),
    ...part("Rests on", links([["the file", get("source_id")]])),
    ...part("Fields as stored", list(pairs)),
    ...part("To the record itself", list([["", `crossline explain CASE ${id}`, true]])),
  ];
}

// Rows of the table of detections whose event this is.
async function firedOn(table, id) {
  if (!table) return [];
  await table.load();
  const { values, codes } = table.data.get("event");
  const code = values.indexOf(id);
  return code < 0 ? [] : [...codes.keys()].filter((row) => codes[row] === code);
}

function rules(table, fired) {
  const lines = fired.map((row) => {
    const author = table.value("author", row);
    const told = `${table.value("level", row)}${author ? "; by " + author : ""}`;
    return [`${table.value("rule", row)} (${told})`, table.value("id", row)];
  });
  return lines.length ? links(lines) : element("p", "none");
}

function links(pairs) {
  const made = element("ul");
  for (const [text, target] of pairs) {
    const line = element("li");
    line.append(element("a", text, { href: "#" + target }));
    made.append(line);
  }
  return made;
}

function restsOn(content, below, stories) {
  const claims = content.claims.filter(({ rows }) => rows.some((each) => below.has(each)));
  const pairs = [
    ...stories.map((story) => [`intrusion ${labels[story]}`, story]),
    ...claims.map(({ number, id }) => [`judgement ${number}`, id]),
  ];
  return pairs.length ? links(pairs) : element("p", "no intrusion, no judgement");
}

async function sourceParts(id) {
  const table = tables.get("files");
  await table.load();
  const code = table.data.get("id").values.indexOf(id);
  const row = table.data.get("id").codes.indexOf(code);
  if (code < 0 || row < 0) return null;
  const pairs = table.columns.map(({ key, label, kind }) => [
    label,
    shown(kind, table.value(key, row)),
    kind === "mono",
  ]);
  return [element("h2", "File of evidence", { id: "drawer-title" }), list(pairs)];
}

async function openDrawer(id) {
  const parts = id.startsWith("so_") ? await sourceParts(id) : await recordParts(id);
  const bar = element("div", null, { class: "bar" });
  const copy = element("button", "Copy id", { type: "button" });
  copy.addEventListener("click", () => navigator.clipboard?.writeText(id));
  const close = element("button", "Close", { type: "button" });
  close.addEventListener("click", () => drawer.close());
  bar.append(copy, close);
  const missing = [
    element("h2", "Not in this page", { id: "drawer-title" }),
    element("p", "The page holds the records of judgements, intrusions and the rarest detections."),
    list([["id", id, true], ["to see it", `crossline explain CASE ${id}`, true]]),
  ];
  drawer.firstElementChild.replaceChildren(bar, ...(parts || missing));
  if (!drawer.open) drawer.showModal();
  drawer.scrollTop = 0;
}

// Addresses: `#ev_…` opens a record, `#detections?q=…` a table, `#de_…` its row.

async function follow(fragment) {
  const [target, query] = decodeURIComponent(fragment.slice(1)).split(/\?(.*)/s);
  if (/^(ev|so)_[0-9a-f]+$/.test(target)) return openDrawer(target);
  if (drawer.open) drawer.close();
  if (/^de_[0-9a-f]+$/.test(target) && !document.getElementById(target)) {
    await tables.get("detections")?.show({ q: target, page: 0 });
  }
  if (query !== undefined && tables.has(target)) {
    const wanted = new URLSearchParams(fragment.slice(fragment.indexOf("?") + 1));
    const page = Number(wanted.get("page") || 1) - 1;
    await tables.get(target).show({ q: wanted.get("q") || "", sort: wanted.get("sort") || "", page });
    document.getElementById(target + "-table").scrollIntoView();
    return undefined;
  }
  const place = document.getElementById(target);
  place?.querySelector(":scope > details")?.setAttribute("open", "");
  place?.closest("details")?.setAttribute("open", "");
  return place?.scrollIntoView();
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.('a[href^="#"]');
  if (!link) return;
  const fragment = link.getAttribute("href");
  if (/^#(ev|so)_/.test(fragment)) {
    event.preventDefault();
    openDrawer(fragment.slice(1));
  }
});
window.addEventListener("hashchange", () => follow(location.hash));

const theme = document.getElementById("theme");
theme.hidden = false;
theme.addEventListener("click", () => {
  const system = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  const now = document.documentElement.dataset.theme || system;
  document.documentElement.dataset.theme = now === "dark" ? "light" : "dark";
});

const labels = JSON.parse(document.getElementById("data-labels").textContent);
const tables = new Map();
for (const root of document.querySelectorAll(".paged")) {
  const table = new Table(root, labels);
  tables.set(table.name, table);
  table.wire();
}
if (location.hash.length > 1) follow(location.hash);

// Filters for the index of rules. Without this script the table stands whole.
// What is chosen stands in the address (rules.html#level=never), so it can be linked.

"use strict";

// What a row can be filtered by: the start of its class, and the label.
const FILTERS = {
  level: "Level",
  chapter: "Chapter",
  found: "Found by",
  fix: "Mended",
};

// Where a class's end doesn't read as it should.
const WORDS = {
  ast: "PyGuard",
  project: "project files",
  attest: "answer",
  yes: "by machine",
  some: "by machine for some findings",
  no: "by hand",
};

function valuesOf(row, kind) {
  const start = `pyguard-${kind}-`;
  return [...row.classList]
    .filter((name) => name.startsWith(start))
    .map((name) => name.slice(start.length));
}

function labelled(text, control) {
  const label = document.createElement("label");
  label.append(text, control);
  return label;
}

function choice(rows, kind) {
  const select = document.createElement("select");
  select.append(new Option("any", ""));
  const values = new Set(rows.flatMap((row) => valuesOf(row, kind)));
  for (const value of values) {
    const word = WORDS[value] ?? value.replaceAll("_", " ");
    select.append(new Option(kind === "level" ? word.toUpperCase() : word, value));
  }
  return select;
}

function addFilters(table) {
  const rows = [...table.tBodies[0].rows];
  const kinds = Object.keys(FILTERS);
  const text = Object.assign(document.createElement("input"), { type: "search" });
  const controls = { text };
  for (const kind of kinds) {
    controls[kind] = choice(rows, kind);
  }
  const count = document.createElement("output");

  function fits(row) {
    const words = text.value.toLowerCase().split(/\s+/);
    const said = row.textContent.toLowerCase();
    return (
      words.every((word) => said.includes(word)) &&
      kinds
        .filter((kind) => controls[kind].value)
        .every((kind) => valuesOf(row, kind).includes(controls[kind].value))
    );
  }

  function apply() {
    for (const row of rows) {
      row.hidden = !fits(row);
    }
    const shown = rows.filter((row) => !row.hidden);
    count.value = `${shown.length} of ${rows.length} rules`;
  }

  function readAddress() {
    const wanted = new URLSearchParams(location.hash.slice(1));
    for (const [name, control] of Object.entries(controls)) {
      control.value = wanted.get(name) ?? "";
    }
    apply();
  }

  function writeAddress() {
    const chosen = Object.entries(controls)
      .filter(([, control]) => control.value)
      .map(([name, control]) => [name, control.value]);
    history.replaceState(null, "", `#${new URLSearchParams(chosen)}`);
    apply();
  }

  const form = document.createElement("form");
  form.className = "pyguard-filters";
  form.append(labelled("Text", text));
  for (const kind of kinds) {
    form.append(labelled(FILTERS[kind], controls[kind]));
  }
  form.append(count);
  form.addEventListener("input", writeAddress);
  form.addEventListener("submit", (event) => event.preventDefault());
  (table.closest(".pst-scrollable-table-container") ?? table).before(form);
  window.addEventListener("hashchange", readAddress);
  readAddress();
}

for (const table of document.querySelectorAll("table.pyguard-index")) {
  addFilters(table);
}

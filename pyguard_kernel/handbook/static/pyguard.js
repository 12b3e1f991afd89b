// Filters for the index of rules. Without this script the table stands whole.

"use strict";

// What a row can be filtered by: the start of its class, and the label.
const FILTERS = [
  ["level", "Level"],
  ["chapter", "Chapter"],
  ["found", "Found by"],
  ["fix", "Mended"],
];

// Where a class's end doesn't read as it should.
const WORDS = {
  ast: "PyGuard",
  yes: "by machine",
  some: "by machine, in part",
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
  const search = Object.assign(document.createElement("input"), { type: "search" });
  const choices = FILTERS.map(([kind]) => choice(rows, kind));
  const count = Object.assign(document.createElement("output"), {
    className: "pyguard-count",
  });

  function apply() {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of rows) {
      const text = row.textContent.toLowerCase();
      const fits =
        words.every((word) => text.includes(word)) &&
        FILTERS.every(
          ([kind], i) =>
            !choices[i].value || valuesOf(row, kind).includes(choices[i].value),
        );
      row.hidden = !fits;
      shown += fits;
    }
    count.value = `${shown} of ${rows.length} rules`;
  }

  const form = document.createElement("form");
  form.className = "pyguard-filters";
  form.append(
    labelled("Text", search),
    ...FILTERS.map(([, label], i) => labelled(label, choices[i])),
    count,
  );
  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  (table.closest(".pst-scrollable-table-container") ?? table).before(form);
  apply();
}

for (const table of document.querySelectorAll("table.pyguard-index")) {
  addFilters(table);
}

// The page is whole without this: it adds a filter, and ways to open and close all.
"use strict";
(() => {
  const tree = document.querySelector(".tree");
  if (!tree) return;
  const files = [...tree.querySelectorAll(".file")];
  const folders = [...tree.querySelectorAll(".folder")].reverse();

  const box = document.createElement("input");
  box.type = "search";
  box.placeholder = "Filter: a rule, a file, a word";
  box.setAttribute("aria-label", "Filter the findings");
  const told = document.createElement("span");
  told.setAttribute("role", "status");

  function filter() {
    const wanted = box.value.trim().toLowerCase();
    let shown = 0;
    for (const file of files) {
      const inName = file.dataset.path.toLowerCase().includes(wanted);
      let some = 0;
      for (const finding of file.lastElementChild.children) {
        const fits = inName || finding.textContent.toLowerCase().includes(wanted);
        finding.hidden = !fits;
        some += fits;
      }
      file.hidden = !some;
      shown += some;
    }
    for (const folder of folders) {
      folder.hidden = !folder.querySelector(".file:not([hidden])");
    }
    told.textContent = wanted ? `${shown} shown` : "";
    if (wanted && shown && shown < 200) setOpen(true);
  }

  function setOpen(open) {
    for (const part of [...folders, ...files]) {
      if (!part.hidden) part.open = open;
    }
  }

  function button(text, act) {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = text;
    made.addEventListener("click", act);
    return made;
  }

  let waiting = 0;
  box.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(filter, 150);
  });
  const tools = document.createElement("p");
  tools.className = "tools";
  tools.append(
    box,
    button("Open all", () => setOpen(true)),
    button("Close all", () => setOpen(false)),
    told,
  );
  tree.before(tools);
})();

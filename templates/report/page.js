"use strict";
(() => {
  const form = document.getElementById("filters");
  const shown = document.getElementById("shown");
  const files = Array.from(document.querySelectorAll(".file"));
  const texts = new Map();
  const text = (file) => {
    if (!texts.has(file)) texts.set(file, file.textContent.toLowerCase());
    return texts.get(file);
  };
  const words = (list) => list.split(" ");

  const filter = () => {
    const wanted = new FormData(form);
    const statuses = wanted.getAll("status");
    const verdict = wanted.get("verdict");
    const mechanism = wanted.get("mechanism");
    const sought = wanted.get("text").trim().toLowerCase();
    let count = 0;
    for (const file of files) {
      const fits =
        (!statuses.length || statuses.includes(file.dataset.status)) &&
        (!verdict || words(file.dataset.verdicts).includes(verdict)) &&
        (!mechanism || words(file.dataset.mechanisms).includes(mechanism)) &&
        (!sought || text(file).includes(sought));
      file.hidden = !fits;
      count += fits;
    }
    shown.textContent = `${count} of ${files.length} files`;
  };
  const setAll = (open) => {
    for (const file of files) if (!file.hidden) file.open = open;
  };
  const step = (from, by) => {
    const visible = files.filter((file) => !file.hidden);
    const next = visible[visible.indexOf(from) + by];
    if (next) next.querySelector("summary").focus();
  };

  form.hidden = false;
  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(filter));
  document.getElementById("open").addEventListener("click", () => setAll(true));
  document.getElementById("close").addEventListener("click", () => setAll(false));
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const at = document.activeElement;
    const typing = at && ["INPUT", "SELECT"].includes(at.tagName) && at.type !== "checkbox";
    if (event.key === "Escape") {
      form.reset();
    } else if (event.key === "/" && !typing) {
      event.preventDefault();
      form.elements.text.focus();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const file = at && at.tagName === "SUMMARY" ? at.closest(".file") : null;
      if (!file && !(at && at.name === "text" && event.key === "ArrowDown")) return;
      event.preventDefault();
      step(file, event.key === "ArrowDown" ? 1 : -1);
    }
  });
  filter();
})();

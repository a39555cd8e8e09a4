// Keys for those who clear two hundred cases before lunch: j and k move, Enter opens, / searches, ? shows them all.
"use strict";
(() => {
  const typing = (target) => target.closest("input, select, textarea, [contenteditable]") !== null;
  const links = () => Array.from(document.querySelectorAll("[data-move]"));

  const move = (step) => {
    const all = links();
    if (all.length === 0) return;
    const here = all.indexOf(document.activeElement);
    const next = here < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(here + step, 0), all.length - 1);
    all[next].focus();
    all[next].scrollIntoView({ block: "nearest" });
  };

  const follow = (name) => {
    const link = document.querySelector(`[data-key="${name}"]`);
    if (link) link.click();
  };

  const search = () => {
    const field = document.querySelector("[data-search]");
    if (field) { field.focus(); field.select(); } else { follow("queue"); }
  };

  const keys = {
    j: () => move(1),
    k: () => move(-1),
    u: () => follow("back"),
    n: () => follow("next"),
    p: () => follow("previous"),
    "/": search,
    "?": () => { const help = document.getElementById("keys"); if (help && !help.open) help.showModal(); },
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (typing(event.target)) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    const act = keys[event.key];
    if (act && !document.querySelector("dialog[open]")) { event.preventDefault(); act(); }
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-close]")) event.target.closest("dialog").close();
    if (event.target.closest("[data-keys]")) keys["?"]();
  });

  // after a part of the page was replaced, screen readers announce it and everybody else keeps their place
  document.addEventListener("htmx:afterSwap", () => {
    const notice = document.querySelector("[data-notice]");
    if (notice) notice.focus();
  });
})();

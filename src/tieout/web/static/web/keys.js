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

  // a lost session: the page keeps what was typed, and sends it once somebody has signed in again
  let unsent = null;
  const lost = () => document.getElementById("lost");

  document.addEventListener("htmx:responseError", (event) => {
    const notice = lost();
    if (!notice || ![401, 403].includes(event.detail.xhr.status)) return;
    unsent = event.detail.elt.closest("form") || unsent;
    notice.hidden = false;
    notice.focus();
  });

  const sendAgain = async () => {
    const answer = await fetch(location.href, { credentials: "same-origin" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const token = page.querySelector("form input[name=csrfmiddlewaretoken]");
    const notice = lost();
    const person = page.querySelector(".who");
    if (!person || !token) { notice.focus(); return; }
    // what one person typed is never sent in another's name
    const other = person.dataset.person !== document.querySelector(".who").dataset.person;
    const warning = notice.querySelector("[data-other]");
    warning.hidden = !other;
    if (other) { warning.querySelector("b").textContent = person.querySelector(".name").textContent; notice.focus(); return; }
    for (const field of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) field.value = token.value;
    notice.hidden = true;
    if (unsent) unsent.requestSubmit();
    unsent = null;
  };

  document.addEventListener("click", (event) => { if (event.target.closest("[data-send]")) sendAgain(); });

  // after a part of the page was replaced, screen readers announce it and everybody else keeps their place
  document.addEventListener("htmx:afterSwap", () => {
    const notice = document.querySelector("[data-notice]");
    if (notice) notice.focus();
  });
})();

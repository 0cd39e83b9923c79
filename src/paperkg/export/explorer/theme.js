// Light or dark by the system, unless the reader chose: the choice holds for every page of one place.

(() => {
  "use strict";

  const root = document.documentElement.dataset;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const changed = () => dispatchEvent(new Event("themechange"));

  try {
    const kept = localStorage.getItem("paperkg-theme");
    if (["light", "dark"].includes(kept)) root.theme = kept;
  } catch {
    // a browser that keeps nothing for this page
  }

  function turn() {
    root.theme = (root.theme ?? (dark.matches ? "dark" : "light")) === "dark" ? "light" : "dark";
    try {
      localStorage.setItem("paperkg-theme", root.theme);
    } catch {
      // then the choice holds for this page
    }
    changed();
  }

  addEventListener("DOMContentLoaded", () => {
    const button = document.getElementById("theme");
    button.hidden = false;
    button.addEventListener("click", turn);
    dark.addEventListener("change", changed);
  });
})();

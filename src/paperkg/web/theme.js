// Light or dark as the reader chose last, before the page is drawn; the explorer keeps the choice under the same name.
"use strict";

(() => {
  const root = document.documentElement.dataset;
  const dark = matchMedia("(prefers-color-scheme: dark)");

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
  }

  addEventListener("DOMContentLoaded", () => {
    const button = document.getElementById("theme");
    button.hidden = false;
    button.addEventListener("click", turn);
  });
})();

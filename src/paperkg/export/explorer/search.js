// The search box: completion over names, other spellings and titles.

const query = document.getElementById("query");
const hits = document.getElementById("hits");
const HITS = 10;

const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
const squeeze = (text) => fold(text).replace(/[^\p{L}\p{N}]/gu, "");

const entries = things
  .map((thing, n) => ({ n, names: [nameOf(n), ...(thing.aliases ?? [])].map((name) => fold(name.slice(0, 400))) }))
  .map((entry) => ({ ...entry, squeezed: entry.names.map(squeeze) }));

/** How well an entry answers: 0 not at all, 4 by its exact name. */
function fitness({ names, squeezed }, words, tight) {
  if (names.includes(words) || (tight && squeezed.includes(tight))) return 4;
  if (names.some((name) => name.startsWith(words))) return 3;
  if (tight && squeezed.some((name) => name.startsWith(tight))) return 2.5;
  if (names.some((name) => name.includes(` ${words}`) || name.includes(`-${words}`))) return 2;
  if (names.some((name) => name.includes(words)) || (tight.length > 2 && squeezed.some((s) => s.includes(tight)))) return 1;
  const each = words.split(/\s+/);
  return each.length > 1 && names.some((name) => each.every((word) => name.includes(word))) ? 0.5 : 0;
}

/** The things that answer a query, best first. */
function find(text) {
  const words = fold(text).trim();
  if (!words) return [];
  const tight = squeeze(words);
  return entries
    .map((entry) => ({ n: entry.n, score: fitness(entry, words, tight) }))
    .filter(({ score }) => score)
    .sort((a, b) => b.score - a.score || isPaper(a.n) - isPaper(b.n) || degreeOf(b.n) - degreeOf(a.n) || a.n - b.n)
    .slice(0, HITS)
    .map(({ n }) => n);
}

let found = [];
let active = -1;

function suggest() {
  found = find(query.value);
  active = found.length ? 0 : -1;
  const none = query.value.trim() ? h("li", { class: "none" }, "Nothing by that name") : null;
  hits.replaceChildren(...(found.length ? found.map(hit) : [none].filter(Boolean)));
  hits.hidden = !hits.childElementCount;
  query.setAttribute("aria-expanded", String(!hits.hidden));
  point();
}

function hit(n, i) {
  const note = isPaper(n) ? "Paper" : `${kindOf(n)}${degreeOf(n) ? ` · ${plural(degreeOf(n), "paper")}` : ""}`;
  const attributes = { id: `hit-${i}`, role: "option", onmousedown: (event) => pick(n, event) };
  return h("li", attributes, glyph(kindOf(n)), h("span", {}, nameOf(n)), h("small", {}, note));
}

/** Marks the active suggestion for eyes and for screen readers. */
function point() {
  [...hits.children].forEach((item, i) => item.setAttribute("aria-selected", String(i === active)));
  if (active < 0) return query.removeAttribute("aria-activedescendant");
  query.setAttribute("aria-activedescendant", `hit-${active}`);
  return hits.children[active].scrollIntoView({ block: "nearest" });
}

function pick(n, event) {
  event?.preventDefault();
  closeSearch();
  query.blur();
  go(n, { intoPanel: true });
}

function closeSearch() {
  query.value = "";
  suggest();
}

const SEARCH_KEYS = {
  ArrowDown: () => (active = (active + 1) % found.length),
  ArrowUp: () => (active = (active - 1 + found.length) % found.length),
};

function searchKey(event) {
  if (event.key === "Escape") {
    event.stopPropagation();
    if (!query.value) query.blur();
    closeSearch();
  } else if (event.key === "Enter" && active >= 0) {
    pick(found[active], event);
  } else if (SEARCH_KEYS[event.key] && found.length) {
    event.preventDefault();
    SEARCH_KEYS[event.key]();
    point();
  }
}

query.addEventListener("input", suggest);
query.addEventListener("keydown", searchKey);
query.addEventListener("focus", suggest);
query.addEventListener("blur", () => (hits.hidden = true));

// Completion over names, other spellings and titles: the search box, and the goal of a path.

const query = document.getElementById("query");
const HITS = 10;

const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
const squeeze = (text) => fold(text).replace(/[^\p{L}\p{N}]/gu, "");

let entries = null;

/** Every thing with its names as they are compared; made once, when it is first needed. */
function allEntries() {
  entries ??= things.map((thing, n) => {
    const names = [nameOf(n), ...(thing.aliases ?? [])].map((name) => fold(name.slice(0, 400)));
    return { n, names, squeezed: names.map((name) => name.replace(/[^\p{L}\p{N}]/gu, "")) };
  });
  return entries;
}

/** How well an entry answers: 0 not at all, 4 by its exact name. */
function fitness({ names, squeezed }, words, tight, each) {
  if (names.includes(words) || (tight && squeezed.includes(tight))) return 4;
  if (names.some((name) => name.startsWith(words))) return 3;
  if (tight && squeezed.some((name) => name.startsWith(tight))) return 2.5;
  if (names.some((name) => name.includes(` ${words}`) || name.includes(`-${words}`))) return 2;
  if (names.some((name) => name.includes(words)) || (tight.length > 2 && squeezed.some((s) => s.includes(tight)))) return 1;
  return each.length > 1 && names.some((name) => each.every((one) => name.includes(one))) ? 0.5 : 0;
}

/** The things that answer a query, best first. */
function find(text) {
  const words = fold(text).trim();
  if (!words) return [];
  const tight = squeeze(words);
  const each = words.split(/\s+/);
  const answers = [];
  for (const entry of allEntries()) {
    const score = fitness(entry, words, tight, each);
    if (score) answers.push({ n: entry.n, score });
  }
  return answers
    .sort((a, b) => b.score - a.score || isPaper(a.n) - isPaper(b.n) || degreeOf(b.n) - degreeOf(a.n) || a.n - b.n)
    .slice(0, HITS)
    .map(({ n }) => n);
}

/** Makes an input with a list below it complete names; `pick` gets the number of what is chosen. */
function complete(input, hits, pick) {
  let found = [];
  let active = -1;

  function suggest() {
    found = find(input.value);
    active = found.length ? 0 : -1;
    const none = input.value.trim() ? h("li", { class: "none", role: "option", "aria-disabled": "true" }, "Nothing by that name") : null;
    hits.replaceChildren(...(found.length ? found.map(hit) : [none].filter(Boolean)));
    hits.hidden = !hits.childElementCount;
    input.setAttribute("aria-expanded", String(!hits.hidden));
    point();
  }

  function hit(n, i) {
    const note = isPaper(n) ? "Paper" : `${kindOf(n)}${degreeOf(n) ? ` · ${plural(degreeOf(n), "paper")}` : ""}`;
    const attributes = { id: `${hits.id}-${i}`, role: "option", onmousedown: (event) => choose(n, event) };
    return h("li", attributes, glyph(kindOf(n)), h("span", {}, nameOf(n)), h("small", {}, note));
  }

  /** Marks the active suggestion for eyes and for screen readers. */
  function point() {
    if (active < 0) return input.removeAttribute("aria-activedescendant");
    [...hits.children].forEach((item, i) => item.setAttribute("aria-selected", String(i === active)));
    input.setAttribute("aria-activedescendant", `${hits.id}-${active}`);
    return hits.children[active].scrollIntoView({ block: "nearest" });
  }

  function choose(n, event) {
    event?.preventDefault();
    close();
    input.blur();
    pick(n);
  }

  function close() {
    input.value = "";
    suggest();
  }

  const KEYS = {
    ArrowDown: () => (active = (active + 1) % found.length),
    ArrowUp: () => (active = (active - 1 + found.length) % found.length),
  };

  function key(event) {
    if (event.key === "Escape") {
      event.stopPropagation();
      if (!input.value) input.blur();
      close();
    } else if (event.key === "Enter" && active >= 0) {
      choose(found[active], event);
    } else if (KEYS[event.key] && found.length) {
      event.preventDefault();
      KEYS[event.key]();
      point();
    }
  }

  input.addEventListener("input", suggest);
  input.addEventListener("keydown", key);
  input.addEventListener("focus", suggest);
  input.addEventListener("blur", () => {
    hits.hidden = true;
    input.setAttribute("aria-expanded", "false");
  });
}

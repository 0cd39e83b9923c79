// Completion in the search box, and Ctrl+Enter in the query. The pages work without this too.
"use strict";

const query = document.getElementById("query");
const hits = document.getElementById("hits");
const KINDS = ["Paper", "Model", "Dataset", "Benchmark", "Organization", "Metric", "Method", "Task"];
let active = -1;
let asked = 0;
let waiting = 0;

/** An element with a class and a text, which is never read as HTML. */
function made(name, className, text) {
  const element = document.createElement(name);
  element.className = className;
  element.textContent = text;
  return element;
}

function hide() {
  hits.hidden = true;
  active = -1;
  query.setAttribute("aria-expanded", "false");
  query.removeAttribute("aria-activedescendant");
}

function choose(n) {
  const all = [...hits.children];
  active = all.length ? (n + all.length) % all.length : -1;
  all.forEach((item, i) => item.setAttribute("aria-selected", String(i === active)));
  if (active >= 0) {
    query.setAttribute("aria-activedescendant", all[active].id);
    all[active].scrollIntoView({ block: "nearest" });
  }
}

function list(found) {
  hits.replaceChildren(...found.map((thing, i) => {
    const item = made("li", "", "");
    item.id = `hit-${i}`;
    item.setAttribute("role", "option");
    item.dataset.href = thing.href;
    const kind = KINDS.includes(thing.kind) ? thing.kind.toLowerCase() : "own";
    const told = thing.papers ? `${thing.kind} · ${thing.papers.toLocaleString("en")}` : thing.kind;
    item.append(made("span", `dot ${kind}`, ""), made("span", "name", thing.name), made("small", "", told));
    return item;
  }));
  hits.hidden = !found.length;
  query.setAttribute("aria-expanded", String(found.length > 0));
  active = -1;
}

async function complete() {
  const mine = ++asked;
  const text = query.value.trim();
  if (!text) return hide();
  const answer = await fetch(`/search?q=${encodeURIComponent(text)}`);
  if (mine === asked && answer.ok) list(await answer.json());
}

if (query && hits) {
  for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-controls", "hits"], ["aria-expanded", "false"]]) {
    query.setAttribute(name, value);
  }
  query.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => complete().catch(hide), 80);
  });
  query.addEventListener("keydown", (event) => {
    if (event.key === "Escape") return hide();
    if (hits.hidden) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      choose(event.key === "ArrowDown" ? active + 1 : active - (active < 0 ? 0 : 1));
    } else if (event.key === "Enter" && active >= 0) {
      event.preventDefault();
      location.href = hits.children[active].dataset.href;
    }
  });
  hits.addEventListener("mousedown", (event) => {
    const item = event.target.closest("li");
    if (item) {
      event.preventDefault();
      location.href = item.dataset.href;
    }
  });
  query.addEventListener("blur", () => setTimeout(hide, 150));
  document.addEventListener("keydown", (event) => {
    const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement?.tagName ?? "");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      query.focus();
    }
  });
}

document.getElementById("sparql")?.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    document.getElementById("ask").requestSubmit();
  }
});

// What all views do: search, what is under the pointer, the details of what is open.

const byId = (id) => document.getElementById(id);
const DATA = JSON.parse(byId("data").textContent);
const items = DATA.items;
const stage = byId("stage");
const query = byId("query");
const panel = byId("panel");

const near = items.map((item, i) => {
  const listed = (item.lists ?? []).flatMap(([, rows]) => rows.map(([n]) => n));
  return new Set([i, ...listed.filter((n) => n >= 0), ...(item.near ?? [])]);
});
const marks = [...stage.querySelectorAll("[data-i]")];
const ties = [...stage.querySelectorAll("[data-a]")];

let open = null;

/** Makes an element; texts are set as text, never as markup. */
function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

/** The sign of an item's kind. */
function sign(item) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  svg.setAttribute("class", `glyph ${item.style}`);
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `#glyph-${item.style}`);
  svg.append(use);
  return svg;
}

/** A row that opens an item, or for -1 says something. */
function rowOf([n, name, remark]) {
  if (n < 0) return h("li", {}, h("p", {}, h("span", {}, name), h("small", {}, remark)));
  const parts = [sign(items[n]), h("span", {}, name), h("small", {}, remark)];
  return h("li", {}, h("button", { type: "button", onclick: () => show(n) }, ...parts));
}

/** Lights what is in a set and fades the rest, or hides it; null lights all. */
function light(lit, { hide = false, own = null } = {}) {
  stage.classList.toggle("faded", lit !== null && !hide);
  stage.classList.toggle("sifted", lit !== null && hide);
  for (const mark of marks) {
    const i = Number(mark.dataset.i);
    mark.classList.toggle("lit", lit !== null && lit.has(i));
    mark.classList.toggle("open", i === own);
  }
  for (const tie of ties) {
    const [a, b] = [Number(tie.dataset.a), Number(tie.dataset.b)];
    tie.classList.toggle("lit", own !== null ? a === own || b === own : lit !== null && lit.has(a) && lit.has(b));
  }
  for (const group of stage.querySelectorAll("[data-holds]"))
    group.classList.toggle("lit", lit !== null && group.querySelector(".lit") !== null);
}

/** Shows one of the panel's three sides. */
function turn(side) {
  for (const id of ["home", "found", "details"]) byId(id).hidden = id !== side;
  panel.scrollTop = 0;
}

/** Opens an item: its details in the panel, and what is near it lit. */
function show(n, { move = true } = {}) {
  open = n;
  const item = items[n];
  const back = h("button", { type: "button", class: "back", onclick: close }, query.value ? "All found" : "Overview");
  const name = /^https?:\/\//.test(item.url ?? "")
    ? h("a", { href: item.url, rel: "noopener noreferrer", target: "_blank" }, item.name)
    : item.name;
  const facts = (item.facts ?? []).flatMap(([label, value]) => [h("dt", {}, label), h("dd", {}, value)]);
  const lists = (item.lists ?? []).flatMap(([heading, rows]) => [h("h3", {}, heading), h("ul", { class: "rows" }, ...rows.map(rowOf))]);
  byId("details").replaceChildren(back, h("p", { class: "kicker" }, sign(item), item.kind), h("h2", {}, name), h("dl", { class: "facts" }, ...facts), ...lists);
  turn("details");
  light(near[n], { own: n });
  if (move) reveal(n);
}

/** Brings an item into sight; a drawing that can move does it its own way. */
let reveal = (n) => {
  const mark = marks.find((one) => Number(one.dataset.i) === n);
  mark?.scrollIntoView({ block: "center", inline: "nearest" });
};

function close() {
  open = null;
  search();
}

const folded = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
const names = items.map((item) => folded(item.name));

/** Finds what the words of the query stand in; an empty query finds nothing and lights all. */
function search() {
  const words = folded(query.value).split(/\s+/).filter(Boolean);
  open = null;
  if (!words.length) {
    turn("home");
    light(null);
    byId("status").textContent = "";
    return;
  }
  const hits = items.map((_, i) => i).filter((i) => words.every((word) => names[i].includes(word)));
  const lit = DATA.hides ? new Set(hits.flatMap((i) => [...near[i]])) : new Set(hits);
  const rows = hits.slice(0, 60).map((i) => rowOf([i, items[i].name, items[i].kind]));
  byId("found").replaceChildren(h("h2", {}, hits.length ? `${hits.length.toLocaleString("en")} found` : "Nothing found"), h("ul", { class: "rows" }, ...rows));
  byId("status").textContent = hits.length ? `${hits.length} found` : "Nothing is called so here";
  turn("found");
  light(lit, { hide: DATA.hides });
}

/** What the pointer is on, beside it. */
function hover(event) {
  const mark = event.target.closest?.("[data-tip], [data-i]");
  const tip = byId("tip");
  tip.hidden = !mark || event.pointerType === "touch";
  if (tip.hidden) return;
  tip.textContent = mark.dataset.tip ?? items[Number(mark.dataset.i)].name;
  const box = stage.getBoundingClientRect();
  const [x, y] = [event.clientX - box.left, event.clientY - box.top];
  tip.style.left = `${stage.scrollLeft + Math.max(8, Math.min(x + 14, box.width - tip.offsetWidth - 16))}px`;
  tip.style.top = `${stage.scrollTop + (y + 22 + tip.offsetHeight > box.height ? y - tip.offsetHeight - 10 : y + 18)}px`;
}

/** Switches a kind or group on or off, and the ties that then hang loose. */
function sift() {
  const off = new Set([...document.querySelectorAll("[data-group]:not(:checked)")].map((box) => box.dataset.group));
  const gone = new Set();
  for (const mark of marks) {
    mark.classList.toggle("off", off.has(mark.dataset.g));
    if (off.has(mark.dataset.g)) gone.add(Number(mark.dataset.i));
  }
  for (const tie of ties) tie.classList.toggle("off", gone.has(Number(tie.dataset.a)) || gone.has(Number(tie.dataset.b)));
  for (const caption of stage.querySelectorAll("[data-of]")) caption.classList.toggle("off", off.has(caption.dataset.of));
}

function key(event) {
  const typing = event.target === query;
  if (event.key === "Escape") {
    query.value = "";
    close();
  }
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    query.focus();
  }
  if (event.key === "Enter" && typing) byId("found").querySelector("button")?.click();
}

byId("grip").addEventListener("click", () => {
  const tall = document.querySelector(".sheet").classList.toggle("tall");
  byId("grip").setAttribute("aria-expanded", String(tall));
});
query.addEventListener("input", search);
stage.addEventListener("pointermove", hover);
stage.addEventListener("pointerleave", () => (byId("tip").hidden = true));
stage.addEventListener("click", (event) => {
  const mark = event.target.closest("[data-i]");
  if (mark) show(Number(mark.dataset.i), { move: false });
  else if (open !== null && !event.target.closest("button, a")) close();
});
for (const box of document.querySelectorAll("[data-group]")) box.addEventListener("change", sift);
addEventListener("keydown", key);

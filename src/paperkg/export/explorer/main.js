// The page comes together: filters, colours, addresses and keys.

const byId = (id) => document.getElementById(id);

/** The address in the bar is what is open; these say how to show it when the address changes. */
let manner = {};

/** Opens a thing, or the story for null, by changing the address. */
function go(n, how = {}) {
  const hash = n === null ? "" : hashOf(mainOf(n));
  if (location.hash === hash || (!hash && location.hash === "#")) return;
  manner = how;
  location.hash = hash;
}

/** Shows what the address names. */
function route() {
  const { keepView = false, intoPanel = panel.contains(document.activeElement) } = manner;
  manner = {};
  const ends = endsAt(location.hash);
  const n = ends ? undefined : thingAt(location.hash);
  const wasOnly = state.only;
  state.task = taskAt(location.hash);
  state.path = ends && wayBetween(ends);
  state.open = n === undefined ? null : mainOf(n);
  state.only = wasOnly && state.open !== null && nodeOf.has(state.open);
  update();
  drawPanel();
  drawStatus();
  if (intoPanel) panel.focus({ preventScroll: true });
  if (focus && (!keepView || state.only)) fitFocus();
}

/** A box that lets one kind or role through. */
function filter(group, value, sign, count) {
  const change = ({ target }) => {
    state[group][target.checked ? "add" : "delete"](value);
    refilter();
  };
  const box = h("input", { type: "checkbox", value, checked: "", onchange: change });
  return h("label", { class: "filter" }, box, sign, h("span", {}, value), h("small", {}, count.toLocaleString("en")));
}

function refilter() {
  if (state.path) state.path = wayBetween(state.path.ends);
  update();
  if (state.path) drawPanel();
  drawStatus();
}

/** Two boxes that choose the years of papers, where at least two years are known. */
function drawYears() {
  byId("years").hidden = years.length < 2;
  for (const [id, field] of [["from", "from"], ["until", "until"]]) {
    byId(id).append(...years.map((year) => h("option", { value: year }, year)));
    byId(id).value = state[field];
    byId(id).addEventListener("change", ({ target }) => setYear(field, target.value));
  }
}

/** Sets one end of the years, and moves the other along where it would stand before it. */
function setYear(field, year) {
  state[field] = year;
  if (state.from > state.until) state.from = state.until = year;
  byId("from").value = state.from;
  byId("until").value = state.until;
  refilter();
}

/** A short stroke as links of a role are drawn. */
const stroke = (role) => h("i", { class: `stroke ${role}${DASHED ? "" : " pale"}`, "aria-hidden": "true" });

function drawLegend() {
  const ofType = (type) => linked.filter((n) => kindOf(n) === type).length;
  byId("types").append(
    ...TYPES.filter(ofType).map((type) => filter("types", type, glyph(type), ofType(type))),
    h("p", { class: "filter fixed" }, glyph("Paper"), h("span", {}, "Paper"), h("small", {}, papers.length.toLocaleString("en"))),
  );
  const withRole = (role) => LINKS.filter((link) => link.role === role).length;
  byId("roles").append(...ROLES.map((role) => filter("roles", role, stroke(role), withRole(role))));
  byId("minimum").max = Math.max(2, Math.min(mostPapers, 12));
  byId("minimum").addEventListener("input", ({ target }) => setMinimum(Number(target.value)));
  drawMinimum();
  drawYears();
}

function setMinimum(minimum) {
  state.minimum = minimum;
  drawMinimum();
  refilter();
  if (!focus) fitAll();
}

function drawMinimum() {
  byId("minimum").value = state.minimum;
  byId("minimum-value").textContent = plural(state.minimum, "paper");
  byId("minimum").setAttribute("aria-valuetext", plural(state.minimum, "paper"));
}

const FOLDED = ["", "What only one paper names is folded away.", "What fewer than # papers name is folded away."];

/** Says how much of the graph is shown, and offers to unfold the rest. */
function drawStatus() {
  const there = [...current.nodes];
  const shownPapers = there.filter(isPaper).length;
  const shownEntities = there.length - shownPapers;
  const say = (count, all, what) => `${count.toLocaleString("en")} of ${plural(all, what, what === "entity" ? "entities" : undefined)}`;
  byId("status").textContent = `Showing ${say(shownEntities, linked.length, "entity")} and ${say(shownPapers, papers.length, "paper")}.`;
  byId("folded").textContent = FOLDED[Math.min(state.minimum, 3) - 1].replace("#", state.minimum);
  if (state.only) byId("folded").textContent = "Only what is around the open thing.";
  const unfold = byId("unfold");
  const folds = firstMinimum();
  unfold.hidden = state.only || (state.minimum === 1 && folds === 1);
  unfold.textContent = state.minimum > 1 ? "Unfold the rest" : "Fold again";
  unfold.onclick = () => setMinimum(state.minimum > 1 ? 1 : folds);
}

function drawHeader() {
  const shared = linked.filter((n) => degreeOf(n) > 1).length;
  const counts = [plural(papers.length, "paper"), plural(linked.length, "entity", "entities"), `${shared.toLocaleString("en")} shared`];
  if (DATA.outOf > papers.length) counts.splice(0, 3, `${papers.length.toLocaleString("en")} of ${plural(DATA.outOf, "paper")}`, counts[1]);
  byId("counts").textContent = counts.join(" · ");
}

/** Draws anew when it gets light or dark. */
function startColours() {
  addEventListener("themechange", () => {
    readColours();
    update();
    renderer?.redraw();
  });
}

/** On a phone the details are a sheet that the grip makes tall. */
function startSheet() {
  const grip = byId("grip");
  grip.addEventListener("click", () => {
    const tall = byId("sheet").classList.toggle("tall");
    grip.setAttribute("aria-expanded", String(tall));
    grip.setAttribute("aria-label", tall ? "Shrink the details" : "Enlarge the details");
  });
  if (matchMedia("(max-width: 760px), (max-height: 560px)").matches) byId("legend").open = false;
}

function pageKey(event) {
  const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName) && event.target.type !== "checkbox";
  if (event.key === "Escape") go(null);
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "/") {
    event.preventDefault();
    query.focus();
  }
  if (event.key === "f") toggleOnly();
}

function start() {
  drawHeader();
  drawLegend();
  startSheet();
  startColours();
  startDrawing();
  startSaving();
  complete(query, byId("hits"), (n) => go(n, { intoPanel: true }));
  byId("closer").addEventListener("click", () => zoomBy(1.4));
  byId("farther").addEventListener("click", () => zoomBy(1 / 1.4));
  byId("whole").addEventListener("click", () => fitAll());
  byId("legend").addEventListener("toggle", () => focus || fitAll());
  byId("skip").addEventListener("click", (event) => {
    event.preventDefault();
    panel.focus();
  });
  addEventListener("hashchange", route);
  addEventListener("keydown", pageKey);
  route();
  if (!focus) fitAll(false);
  ready();
}

start();

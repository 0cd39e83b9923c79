// The way between two things: entity – paper – entity, as short as it can be.

const PATH = "#path=";

/** The address of the way between two things. */
function pathHash(from, to) {
  return PATH + [from, to].map((n) => hashOf(n).slice(1).replaceAll(",", "%2C")).join(",");
}

/** The two things that an address of a way names, or null. */
function endsAt(hash) {
  if (!hash.startsWith(PATH)) return null;
  const ends = hash.slice(PATH.length).split(",").map((part) => thingAt(`#${part}`));
  return ends.length === 2 && ends.every((n) => n !== undefined) ? ends.map(mainOf) : null;
}

/** The way over what the filters show, or else over the whole graph; without nodes if there is none. */
function wayBetween([from, to]) {
  state.path = null;
  state.open = null;
  state.only = false;
  focus = null;
  const { links } = shown();
  const seen = search(from, to, (link) => links.has(link) || atEnd(link, from, to));
  return seen ?? search(from, to, () => true, true) ?? { ends: [from, to], nodes: [], links: [], whole: true };
}

/** What lies at one of the ends counts as shown where the filters let it through. */
const atEnd = (link, from, to) => [link.paper, link.entity].some((n) => n === from || n === to) && passes(link);

/** A shortest way over links that are allowed; of several the one by things that few others name. */
function search(from, to, allowed, whole = false) {
  let edge = new Map([[from, { cost: 0, link: null }]]);
  const reached = new Map(edge);
  while (edge.size && !reached.has(to)) {
    const next = new Map();
    for (const [n, { cost }] of edge) {
      for (const link of linksOf[n]) {
        const other = isPaper(n) ? link.entity : link.paper;
        if (reached.has(other) || !allowed(link)) continue;
        const sum = cost + Math.log(1 + degreeOf(other));
        if (!next.has(other) || sum < next.get(other).cost) next.set(other, { cost: sum, link, before: n });
      }
    }
    for (const [n, step] of next) reached.set(n, step);
    edge = next;
  }
  return reached.has(to) ? traceBack(reached, from, to, whole) : null;
}

function traceBack(reached, from, to, whole) {
  const [nodes, links] = [[to], []];
  while (nodes[0] !== from) {
    const { link, before } = reached.get(nodes[0]);
    links.unshift(link);
    nodes.unshift(before);
  }
  return { ends: [from, to], nodes, links, whole };
}

/** The panel of a way: its things in order, and between them the sentences that join them. */
function pathDetails({ ends: [from, to], nodes, links, whole }) {
  const steps = nodes.map((n, i) =>
    h("li", {}, isPaper(n) ? paperLink(n) : chip(n), links[i] ? joint(links[i]) : null));
  return [
    backLink(),
    h("p", { class: "kicker" }, "Path"),
    h("h2", { class: "clamp" }, `${nameOf(from)} – ${nameOf(to)}`),
    h("p", { class: "lead" }, pathStory(nodes, links, whole)),
    h("ol", { class: "steps" }, steps),
    h("p", { class: "out" }, h("a", { href: pathHash(from, to) }, "Link to this path"), h("a", { href: pathHash(to, from) }, "The other way round")),
  ];
}

function pathStory(nodes, links, whole) {
  if (!nodes.length) return "Nothing here joins them.";
  if (!links.length) return "Both are the same.";
  const length = `${plural(links.length, "step")}, the shortest way`;
  return whole ? `${length} in the whole graph: what the filters show does not join them.` : `${length} over what the filters show.`;
}

/** What a paper does with an entity, and the first sentence that says so. */
function joint(link) {
  const evidence = evidenceFor(link.paper, link.entity)[0];
  return h("div", { class: "joint" }, h("p", {}, stroke(link.role), ` ${link.role} `), evidence ? quote(link.paper, evidence) : null);
}

/** The buttons below a thing's name: its neighbourhood alone, and the way to another. */
function actions(n) {
  const hits = h("ul", { id: "goals", class: "hits", role: "listbox", "aria-label": "Found", hidden: "" });
  const goal = h("input", {
    id: "goal", type: "text", role: "combobox", autocomplete: "off", spellcheck: "false", placeholder: "An entity or a paper …",
    "aria-label": "Path to", "aria-autocomplete": "list", "aria-controls": "goals", "aria-expanded": "false",
  });
  const box = h("div", { class: "goal", hidden: "" }, goal, hits);
  const open = h("button", { id: "path", type: "button", class: "button", "aria-expanded": "false", onclick: toggle }, "Path to …");
  function toggle() {
    box.hidden = !box.hidden;
    open.setAttribute("aria-expanded", String(!box.hidden));
    if (!box.hidden) goal.focus();
  }
  complete(goal, hits, (to) => (location.hash = pathHash(n, mainOf(to))));
  const only = h("button", { id: "only", type: "button", class: "button", "aria-pressed": String(state.only), "aria-keyshortcuts": "f", onclick: toggleOnly }, "Focus ", h("kbd", {}, "f"));
  return h("div", { class: "actions" }, nodeOf.has(n) ? only : null, open, box);
}

/** Shows no more than the neighbourhood of what is open, or everything again. */
function toggleOnly() {
  if (!focus) return;
  state.only = !state.only;
  byId("only")?.setAttribute("aria-pressed", String(state.only));
  refilter();
  fitFocus();
}

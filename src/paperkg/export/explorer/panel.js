// The details: the story of the graph, an entity with its evidence, a paper with its neighbours.
// Everything from the data goes in as text, never as markup.

const panel = document.getElementById("panel");
const MANY = 12; // a list longer than this starts with so many, and a button for the rest
const SAID = {
  introduces: { paper: "Introduces", entity: "Introduced by" },
  uses: { paper: "Uses", entity: "Used by" },
  mentions: { paper: "Mentions", entity: "Mentioned by" },
};
const TYPE_PLURALS = {
  Model: "Models",
  Dataset: "Datasets",
  Benchmark: "Benchmarks",
  Organization: "Organizations",
  Metric: "Metrics",
  Method: "Methods",
};

/** An element with attributes (`on…` are listeners) and children; strings become text. */
function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== undefined && value !== false) element.setAttribute(name, value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

/** The sign of a kind as on the canvas, for legend and lists. */
function glyph(kind) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  const corners = outlineOf(kind);
  const shape = document.createElementNS(space, corners ? "polygon" : "circle");
  if (corners) shape.setAttribute("points", corners.map(([x, y]) => `${x * 6},${y * 6}`).join(" "));
  else shape.setAttribute("r", "6.4");
  svg.setAttribute("viewBox", "-9 -9 18 18");
  svg.setAttribute("class", `glyph ${styleOf(kind)}`);
  svg.setAttribute("aria-hidden", "true");
  svg.append(shape);
  return svg;
}

/** A link within the page. */
const inner = (n, name, ...children) =>
  h("a", { href: hashOf(n), class: `${name} ${styleOf(kindOf(n))}` }, ...children);

const chip = (n, count) =>
  inner(n, "chip", glyph(kindOf(n)), h("span", {}, nameOf(n)), count > 1 ? h("b", {}, String(count)) : null);

const chips = (numbers, counted = false) =>
  h("ul", { class: "chips" }, numbers.map((n) => h("li", {}, chip(n, counted && degreeOf(n)))));

/** A link to elsewhere, or plain text where the address is none. */
function outer(address, label) {
  const url = webAddress(address);
  if (!url) return h("span", { class: "plain" }, label ?? address);
  const attributes = { href: url.href, rel: "noopener noreferrer", target: "_blank", class: "outer" };
  return h("a", attributes, label ?? `${url.hostname.replace(/^www\./, "")}${shortPath(url)}`);
}

const shortPath = ({ pathname }) => {
  const path = decodeSafely(pathname.replace(/\/$/, ""));
  return path.length > 34 ? `${path.slice(0, 33)}…` : path;
};

function decodeSafely(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const section = (title, ...children) => h("section", {}, h("h3", {}, title), ...children);

/** A list that shows its first items and, on request, the rest. */
function longList(items, draw, name) {
  const list = h("ul", { class: name }, items.slice(0, MANY).map(draw));
  if (items.length <= MANY) return [list];
  const more = h("button", { type: "button", class: "text", onclick: showRest }, `Show all ${items.length}`);
  function showRest() {
    const rest = items.slice(MANY).map(draw);
    list.append(...rest);
    more.remove();
    rest[0].querySelector("a, button")?.focus();
  }
  return [list, more];
}

/** Draws the panel for what is open. */
function drawPanel() {
  const n = state.open;
  const opened = () => (n === null ? story() : isPaper(n) ? paperDetails(n) : entityDetails(n));
  const chosen = () => (state.task === null ? opened() : taskDetails(state.task));
  const parts = state.path ? pathDetails(state.path) : chosen();
  panel.replaceChildren(...parts.filter(Boolean));
  panel.scrollTop = 0;
}

/** What a stranger should see first: what these papers have in common. */
function story() {
  const shared = linked.filter((n) => degreeOf(n) > 1).sort(byDegree);
  return [
    h("p", { class: "kicker" }, "At a glance"),
    h("h2", {}, shared.length ? "What these papers share" : "What these papers name"),
    h("p", { class: "lead" }, ...summary(shared)),
    ...(DATA.outOf > papers.length ? [h("p", { class: "lead" }, wholeGraph())] : []),
    ...TYPES.map((type) => topOf(type, shared)),
    pickedUp(),
    commonTasks(),
    h("ul", { class: "hints" }, HINTS.map((hint) => h("li", {}, hint))),
  ];
}

const HINTS = [
  "Click a node to read the sentences that prove each link.",
  "Click a paper, a small grey sheet, to unfold all that it names and see its nearest papers.",
  "Press / to search, f to see no more than what is around the open thing, Esc to come back here.",
  "“Path to …” below a name finds how two things hang together.",
];

/** What to tell of a page that has room for some of the papers only. */
const wholeGraph = () =>
  `These are the papers, out of ${DATA.outOf.toLocaleString("en")}, that have the most in common with others; paperkg serve shows all.`;

function summary(shared) {
  const all = `${plural(papers.length, "paper")} ${papers.length === 1 ? "names" : "name"} ${plural(linked.length, "thing")}`;
  if (!shared.length) return [`${all}; none of them is named by two papers.`];
  const best = shared.slice(0, 3).flatMap((n, i, three) => [
    i === 0 ? "" : i === three.length - 1 ? " and " : ", ",
    inner(n, "word", nameOf(n)),
  ]);
  const tied = shared.length === 1 ? "one of them is" : `${shared.length.toLocaleString("en")} of them are`;
  return [`${all}; ${tied} named by two papers or more, above all `, ...best, "."];
}

/** The most shared entities of a type; where nothing at all is shared, some of those there are. */
function topOf(type, shared) {
  const from = shared.length ? shared : [...linked].sort(byDegree);
  const top = from.filter((n) => kindOf(n) === type).slice(0, 6);
  return top.length ? section(TYPE_PLURALS[type] ?? type, chips(top, shared.length > 0)) : null;
}

/** Things that one paper here introduces and others take up. */
function pickedUp() {
  const taken = linked
    .filter((n) => degreeOf(n) > 1 && linksOf[n].some((link) => link.role === "introduces"))
    .sort(byDegree)
    .slice(0, 6);
  return taken.length ? section("Introduced here, taken up by others here", chips(taken, true)) : null;
}

function entityDetails(n) {
  const { type, name, aliases = [], links = [], also = [], traits = [], code } = things[n];
  return [
    backLink(),
    h("p", { class: `kicker ${styleOf(type)}` }, glyph(type), type),
    h("h2", { class: "clamp" }, name),
    h("p", { class: "lead" }, namedBy(n)),
    actions(n),
    facts([
      ["Also written", spellings(name, aliases).slice(0, 12).join(" · ")],
      ["Made by", reference(things[n].maker)],
      ["Family", reference(things[n].family)],
      ["Variant of", reference(things[n].variantOf)],
      ["Named in it", traits.join(" · ")],
      ["For", taskLinks(n)],
      ["Also read as", also.join(" · ")],
      ["Code", code ? outer(code) : null],
      ["Elsewhere", links.length ? h("ul", { class: "plainlist" }, links.map((l) => h("li", {}, outer(l)))) : null],
    ]),
    related("Variants", variantsOf(things[n].id)),
    related("In this family", membersOf(things[n].id)),
    related("Made here", madeBy(things[n].id)),
    ...resultSections(n),
    ...statementSections(n),
    ...ROLES.map((role) => papersByRole(n, role)),
  ];
}

/** The aliases that differ from the name, and from each other, in more than case and marks. */
function spellings(name, aliases) {
  const seen = new Set([squeeze(name)]);
  return aliases.filter((alias) => !seen.has(squeeze(alias)) && seen.add(squeeze(alias)));
}

const backLink = () => h("a", { href: "#", class: "back" }, "Overview");

function namedBy(n) {
  const count = degreeOf(n);
  if (!count) return "No paper here names it directly.";
  if (count === 1) return "One paper here names it.";
  return `${count} of ${plural(papers.length, "paper")} here name it.`;
}

/** A list of terms; those without a value are left out. */
function facts(rows) {
  const known = rows.filter(([, value]) => value);
  if (!known.length) return null;
  return h("dl", { class: "facts" }, known.map(([term, value]) => [h("dt", {}, term), h("dd", {}, value)]).flat());
}

/** The chip of an entity that another one names, or its id where the graph does not hold it. */
function reference(id) {
  if (!id) return null;
  const n = numberOf.get(id);
  return n === undefined ? id : chip(n);
}

const related = (title, numbers) => (numbers.length ? section(title, chips([...numbers].sort(byDegree).slice(0, 24))) : null);

function papersByRole(entity, role) {
  const found = linksOf[entity].filter((link) => link.role === role);
  if (!found.length) return null;
  const draw = ({ paper }) => h("li", {}, paperLink(paper), evidenceFor(paper, entity).map((e) => quote(paper, e)));
  return section(`${SAID[role].entity} ${plural(found.length, "paper")}`, ...longList(found, draw, "papers"));
}

const paperLink = (n) =>
  inner(n, "title", glyph("Paper"), h("span", {}, nameOf(n)), yearOf(n) ? h("small", {}, yearOf(n)) : null);

/** A sentence with the mentions of one entity marked. */
function quote(paper, { start, end, mentions }) {
  const mark = ({ of }, text) => h("mark", { class: styleOf(kindOf(of)) }, text);
  return h("blockquote", {}, marked(paper, start, end, mentions, mark));
}

/** Part of a paper's text as nodes, each mention drawn by `draw(mention, text)`. */
function marked(paper, start, end, mentions, draw) {
  const parts = [];
  let at = start;
  for (const mention of mentions) {
    if (mention.start < at || mention.end > end) continue;
    parts.push(slice(paper, at, mention.start), draw(mention, slice(paper, mention.start, mention.end)));
    at = mention.end;
  }
  return [...parts, slice(paper, at, end)];
}

function paperDetails(n) {
  const { split = 0, authors = [], date, url, code, pages = [] } = papers[n];
  const mention = ({ of }, text) => inner(of, "mention", text);
  const abstract = marked(n, split, lengthOf(n), mentionsIn(n), mention);
  return [
    backLink(),
    h("p", { class: "kicker" }, glyph("Paper"), ["Paper", date].filter(Boolean).join(" · ")),
    h("h2", { class: "clamp" }, nameOf(n)),
    authors.length ? h("p", { class: "authors" }, someOf(authors)) : null,
    actions(n),
    facts([
      ["Page", url ? outer(url) : null],
      ["Code", code ? outer(code) : null],
      ["Other pages", pages.length ? h("ul", { class: "plainlist" }, pages.map((page) => h("li", {}, outer(page)))) : null],
      ["Works on", taskLinks(n)],
    ]),
    h("p", { class: "abstract" }, abstract),
    ...resultSections(n),
    ...statementSections(n),
    ...ROLES.map((role) => entitiesByRole(n, role)),
    nearest(n),
  ];
}

const someOf = (authors) =>
  authors.length > 6 ? `${authors.slice(0, 5).join(", ")} and ${authors.length - 5} more` : authors.join(", ");

function entitiesByRole(paper, role) {
  const found = linksOf[paper].filter((link) => link.role === role).map((link) => link.entity);
  return found.length ? section(SAID[role].paper, chips(found.sort(byDegree), true)) : null;
}

function nearest(paper) {
  const near = nearestTo(paper, 5);
  if (!near.length) return section("Nearest papers", h("p", {}, "It shares nothing with another paper here."));
  const draw = ({ paper: other, shared }) => h("li", {}, paperLink(other), chips(shared.slice(0, 6)));
  return section("Nearest papers", h("ul", { class: "papers" }, near.map(draw)));
}

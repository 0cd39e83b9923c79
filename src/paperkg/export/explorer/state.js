// What is chosen and what is shown: filters, the open thing, and the nodes and links that follow.

const FOLD_FROM = 60; // with more entities than this, those of a single paper start folded away
const AT_FIRST = 200; // and the first view holds no more than about so many
const SECOND_RING = 120; // so many things at most stand around a neighbourhood
const years = [...new Set(papers.map((_, n) => yearOf(n)).filter(Boolean))].sort();

const state = {
  types: new Set(TYPES),
  roles: new Set(ROLES),
  minimum: 1,
  from: years[0], // the years of papers, as long as some are known
  until: years.at(-1),
  open: null, // the number of the thing in the panel
  path: null, // or the way between two things: {ends, nodes, links, whole}
  task: null, // or the number of the task whose papers are lit
  only: false, // whether no more than the neighbourhood shows
  hovered: null,
};

const linked = entities.map((_, i) => papers.length + i).filter((n) => degreeOf(n));
const mostPapers = linked.reduce((most, n) => Math.max(most, degreeOf(n)), 1);

/** The least number of papers from which an entity shows at first. */
function firstMinimum() {
  if (linked.length <= FOLD_FROM) return 1;
  const sorted = linked.map(degreeOf).sort((a, b) => b - a);
  for (let minimum = 2; minimum <= mostPapers; minimum++) {
    const first = sorted.findIndex((degree) => degree < minimum);
    const left = first < 0 ? sorted.length : first;
    if (left <= AT_FIRST) return left ? minimum : Math.max(1, minimum - 1);
  }
  return mostPapers;
}
state.minimum = firstMinimum();

/** Whether a paper is of the chosen years; once they are narrowed, one without a date is not. */
function inYears(paper) {
  if (state.from === years[0] && state.until === years.at(-1)) return true;
  const year = yearOf(paper);
  return Boolean(year) && state.from <= year && year <= state.until;
}

const passes = ({ entity, role, paper }) => state.roles.has(role) && state.types.has(kindOf(entity)) && inYears(paper);

/** The nodes and links that the filters let through, with what is open unfolded. */
function shown() {
  const nodes = new Set();
  const links = new Set();
  const take = (link) => {
    links.add(link);
    nodes.add(link.paper).add(link.entity);
  };
  if (!(state.only && focus)) takeFiltered(nodes, take);
  else for (const link of around(focus)) take(link);
  for (const n of state.path?.nodes ?? []) nodes.add(n);
  state.path?.links.forEach(take);
  if (state.task !== null) takeTask(state.task, nodes, take);
  if (state.open !== null && nodeOf.has(state.open)) {
    nodes.add(state.open);
    linksOf[state.open].forEach((link) => (passes(link) || !isPaper(state.open)) && take(link));
  }
  return { nodes, links };
}

/** Takes every link that passes the filters, and with no minimum the papers that name nothing. */
function takeFiltered(nodes, take) {
  for (const entity of linked) {
    const kept = linksOf[entity].filter(passes);
    if (kept.length >= state.minimum) kept.forEach(take);
  }
  if (state.minimum === 1) papers.forEach((_, n) => linksOf[n].length || (inYears(n) && nodes.add(n)));
}

/** Takes the papers on a task, the entities for it, and the links between them. */
function takeTask(task, nodes, take) {
  const members = new Set(nodesOfTask(task));
  for (const n of members) {
    if (!isPaper(n) || !inYears(n)) continue;
    nodes.add(n);
    linksOf[n].forEach((link) => members.has(link.entity) && passes(link) && take(link));
  }
}

/** The links around some things: between them, and to what at least two of them are linked to. */
function around(centre) {
  if (state.path) return [];
  const counts = new Map();
  const ring = [...centre].filter((n) => n !== state.open);
  for (const n of ring) for (const other of neighbours(n)) if (!centre.has(other)) counts.set(other, (counts.get(other) ?? 0) + 1);
  const second = [...counts].filter(([, count]) => count > 1).sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, SECOND_RING);
  const kept = new Set(second.map(([n]) => n));
  return ring.flatMap((n) => linksOf[n].filter((link) => passes(link) && (kept.has(link.paper) || kept.has(link.entity))));
}

/** The open thing and what it is linked to, or the way; null where nothing is open. */
function inFocus() {
  if (state.path) return state.path.nodes.length ? new Set(state.path.nodes) : null;
  if (state.task !== null) return nodesOfTask(state.task).length ? new Set(nodesOfTask(state.task)) : null;
  if (state.open === null || !nodeOf.has(state.open)) return null;
  return new Set([state.open, ...neighbours(state.open)]);
}

/** Whether a link belongs to what is open. */
function nearLink(link) {
  if (state.path) return state.path.links.includes(link);
  if (state.task !== null) return focus.has(link.paper) && focus.has(link.entity);
  return link.paper === state.open || link.entity === state.open;
}

const neighbours = (n) => linksOf[n].map((link) => (isPaper(n) ? link.entity : link.paper));

// What is chosen and what is shown: filters, the open thing, and the nodes and links that follow.

const FOLD_FROM = 60; // with more entities than this, those of a single paper start folded away
const AT_FIRST = 200; // and the first view holds no more than about so many

const state = {
  types: new Set(TYPES),
  roles: new Set(ROLES),
  minimum: 1,
  open: null, // the number of the thing in the panel
  hovered: null,
};

const linked = entities.map((_, i) => papers.length + i).filter((n) => degreeOf(n));
const mostPapers = linked.reduce((most, n) => Math.max(most, degreeOf(n)), 1);

/** The least number of papers from which an entity shows at first. */
function firstMinimum() {
  if (linked.length <= FOLD_FROM) return 1;
  for (let minimum = 2; minimum <= mostPapers; minimum++) {
    const left = linked.filter((n) => degreeOf(n) >= minimum).length;
    if (left <= AT_FIRST) return left ? minimum : Math.max(1, minimum - 1);
  }
  return 1;
}
state.minimum = firstMinimum();

const passes = ({ entity, role }) => state.roles.has(role) && state.types.has(kindOf(entity));

/** The nodes and links that the filters let through, with what is open unfolded. */
function shown() {
  const nodes = new Set();
  const links = new Set();
  const take = (link) => {
    links.add(link);
    nodes.add(link.paper).add(link.entity);
  };
  for (const entity of linked) {
    const kept = linksOf[entity].filter(passes);
    if (kept.length >= state.minimum) kept.forEach(take);
  }
  if (state.minimum === 1) papers.forEach((_, n) => linksOf[n].length || nodes.add(n));
  if (state.open !== null && nodeOf.has(state.open)) {
    nodes.add(state.open);
    linksOf[state.open].forEach((link) => (passes(link) || !isPaper(state.open)) && take(link));
  }
  return { nodes, links };
}

/** The open thing and what it is linked to, or null where nothing is open. */
function inFocus() {
  if (state.open === null || !nodeOf.has(state.open)) return null;
  return new Set([state.open, ...neighbours(state.open)]);
}

const neighbours = (n) => linksOf[n].map((link) => (isPaper(n) ? link.entity : link.paper));

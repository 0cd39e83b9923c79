// What the page knows: papers, entities, links and mentions, and ways to ask them.

const DATA = JSON.parse(document.getElementById("data").textContent);
const { papers, entities, types: TYPES, roles: ROLES } = DATA;
const STYLES = new Map(Object.entries(DATA.styles));
const things = [...papers, ...entities];
const numberOf = new Map(things.map((thing, i) => [thing.id ?? `paper/${thing.key}`, i]));

/** Where the node of each thing stands and how large it is; what no paper names has none. */
const nodeOf = new Map(DATA.nodes ? DATA.nodes.map(({ id, x, y, size }) => [id, { x, y, size }]) : unpackPlaces(DATA.places));
const linksOf = things.map(() => []);
const LINKS = DATA.edges
  ? DATA.edges.map(({ from, to, role }, id) => ({ id, paper: from, entity: to, role }))
  : unpackLinks(DATA.links);
for (const link of LINKS) {
  linksOf[link.paper].push(link);
  linksOf[link.entity].push(link);
}

/** In a large graph nodes are threes of numbers, x, y and size, and links threes of paper, entity, role. */
function unpackPlaces(flat) {
  return things.map((_, n) => [n, { x: flat[3 * n], y: flat[3 * n + 1], size: flat[3 * n + 2] }]).filter(([, { size }]) => size);
}

function unpackLinks(flat) {
  return Array.from({ length: flat.length / 3 }, (_, id) => ({
    id, paper: flat[3 * id], entity: flat[3 * id + 1], role: ROLES[flat[3 * id + 2]],
  }));
}

const childrenOf = (field) => {
  const children = new Map();
  entities.forEach((entity, i) => {
    if (!entity[field]) return;
    if (!children.has(entity[field])) children.set(entity[field], []);
    children.get(entity[field]).push(papers.length + i);
  });
  return (id) => children.get(id) ?? [];
};
const variantsOf = childrenOf("variantOf");
const membersOf = childrenOf("family");
const madeBy = childrenOf("maker");

const isPaper = (n) => n < papers.length;
const kindOf = (n) => (isPaper(n) ? "Paper" : things[n].type);
/** The style of a kind, by which its colour and its shape are known: a user may call a type anything. */
const styleOf = (kind) => STYLES.get(kind);
const nameOf = (n) => (isPaper(n) ? things[n].title || things[n].key : things[n].name);
const yearOf = (n) => /^\d{4}/.exec(papers[n].date ?? "")?.[0];
const degreeOf = (n) => linksOf[n].length;
const collator = new Intl.Collator("en");
const byDegree = (a, b) => degreeOf(b) - degreeOf(a) || collator.compare(nameOf(a), nameOf(b));
const plural = (count, one, many = `${one}s`) =>
  `${count.toLocaleString("en")} ${count === 1 ? one : many}`;

/** The number of the thing that stands for this one: a variant's release, else itself. */
function mainOf(n) {
  const above = isPaper(n) ? undefined : numberOf.get(things[n].variantOf);
  return above === undefined || degreeOf(n) ? n : above;
}

/** The address of a thing within the page; `paper/` keys may hold any character. */
function hashOf(n) {
  if (isPaper(n)) return `#paper/${encodeURIComponent(things[n].key).replaceAll("%3A", ":")}`;
  return `#${encodeURI(things[n].id)}`;
}

/** The thing that an address names, or undefined. */
function thingAt(hash) {
  try {
    return numberOf.get(decodeURIComponent(hash.slice(1)));
  } catch {
    return undefined;
  }
}

/** Only web addresses become links; anything else in the data stays text. */
function webAddress(text) {
  try {
    const url = new URL(text);
    return ["http:", "https:"].includes(url.protocol) ? url : null;
  } catch {
    return null;
  }
}

const pointsOf = [];
/** Part of a paper's text; offsets count code points, which UTF-16 indices do not. */
function slice(paper, start, end) {
  pointsOf[paper] ??= Array.from(papers[paper].text ?? "");
  return pointsOf[paper].slice(start, end).join("");
}

const lengthOf = (paper) => (slice(paper, 0, 0), pointsOf[paper].length);

/** Mentions of a paper, as objects; of one entity only, where one is given. */
function mentionsIn(paper, entity) {
  return DATA.mentions[paper]
    .map(([start, end, of, variant, from, to]) => ({ start, end, of, variant, from, to }))
    .filter((mention) => entity === undefined || mention.of === entity);
}

/** The stretches of text that prove that a paper names an entity, each with its mentions. */
function evidenceFor(paper, entity) {
  const sentences = new Map();
  for (const mention of mentionsIn(paper, entity)) {
    const { start, end } = sentenceAround(paper, mention);
    if (!sentences.has(start)) sentences.set(start, { start, end, mentions: [] });
    sentences.get(start).mentions.push(mention);
  }
  return [...sentences.values()];
}

/** A mention's sentence, or where none is known the text near it. */
function sentenceAround(paper, { start, end, from, to }) {
  if (from <= start && end <= to) return { start: from, end: to };
  return { start: Math.max(0, start - 120), end: Math.min(lengthOf(paper), end + 120) };
}

/** How telling an entity is: one that most papers name says little. */
const rarity = (entity) => Math.log((papers.length + 1) / degreeOf(entity));

/** The papers most like one, by the rare entities they share: [{paper, shared, score}]. */
function nearestTo(paper, count) {
  const found = new Map();
  for (const { entity } of linksOf[paper]) {
    for (const { paper: other } of linksOf[entity]) {
      if (other === paper) continue;
      if (!found.has(other)) found.set(other, { paper: other, shared: [], score: 0 });
      const near = found.get(other);
      near.shared.push(entity);
      near.score += rarity(entity) ** 2 / weightOf(paper) / weightOf(other);
    }
  }
  for (const near of found.values()) near.shared.sort((a, b) => rarity(b) - rarity(a));
  return [...found.values()].sort((a, b) => b.score - a.score || a.paper - b.paper).slice(0, count);
}

/** The length of a paper's vector of rarities. */
const weightOf = (paper) =>
  Math.sqrt(linksOf[paper].reduce((sum, { entity }) => sum + rarity(entity) ** 2, 0));

// Names beside nodes: which of them show, where each finds room, and how they are written.

const FEW = 120; // a picture of fewer nodes has room for every entity's name
const TRIED = 500; // so many nodes in view are asked for a caption, the most linked first
const CAPTION = 44; // a paper's title is cut to about so many characters
const widths = new Map();
const fontOf = (size, strong) => `${strong ? 650 : 500} ${size}px ${FONT}`;
const FONT = 'system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';

/** A name as it stands beside a node: a title is cut at a word's end. */
function captionOf(n) {
  const text = nameOf(n).replace(/\s+/g, " ").trim();
  if (text.length <= CAPTION) return text;
  const head = text.slice(0, CAPTION).toWellFormed?.() ?? text.slice(0, CAPTION);
  const words = head.includes(" ") ? head.slice(0, head.lastIndexOf(" ")) : head;
  return `${words.replace(/[ ,;:]+$/, "")}…`;
}

/** Writes names beside nodes; what vis-network calls has its own transform. */
function drawCaptions(ctx) {
  const ratio = ctx.canvas.width / graph.clientWidth;
  ctx.save();
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
  for (const caption of placedCaptions(ctx)) write(ctx, caption);
  ctx.restore();
}

/** The captions that find room in the view, the important first: text, place and font. */
function placedCaptions(ctx, covered = covers()) {
  const at = onScreen();
  const near = new Set(state.hovered === null ? [] : neighbours(state.hovered));
  const taken = { words: covered, dots: dots(at) };
  const placed = [];
  for (const n of inOrder(near, at)) {
    const caption = captionFor(n, at(n), near.has(n) || focus?.has(n));
    const spot = caption && place(ctx, caption, taken);
    if (spot) placed.push(spot);
  }
  return placed;
}

/** The boxes on the canvas that the legend and the like cover. */
function covers() {
  const frame = graph.getBoundingClientRect();
  return [...document.querySelectorAll(".legend, .zoom, .status")].map((element) => {
    const box = element.getBoundingClientRect();
    return [box.left - frame.left, box.top - frame.top, box.right - frame.left, box.bottom - frame.top];
  });
}

const inView = ({ x, y }) => x >= 0 && y >= 0 && x <= graph.clientWidth && y <= graph.clientHeight;

/** The first so many of some nodes that are in view. */
function firstInView(nodes, at, most) {
  const found = [];
  for (const n of nodes) {
    if (found.length >= most) break;
    if (inView(at(n))) found.push(n);
  }
  return found;
}

/** The boxes of the nodes that captions keep clear of: all, or in a full picture the shared ones. */
function dots(at) {
  const scale = renderer.scale();
  const all = firstInView(focus ? [...focus].filter((n) => current.nodes.has(n)) : captions, at, TRIED);
  const heeded = all.length > 400 ? all.filter((n) => !isPaper(n) && degreeOf(n) > 4) : all;
  return heeded.map((n) => {
    const { x, y } = at(n);
    const radius = radiusOf(n, scale) * scale;
    return [x - radius, y - radius, x + radius, y + radius];
  });
}

/** Captions by importance: pointer, open thing, its neighbours, the rest by degree. */
function inOrder(near, at) {
  const first = [state.hovered, state.open].filter((n) => n !== null && current.nodes.has(n));
  const around = [...near].filter((n) => current.nodes.has(n));
  const some = focus ? captions.filter((n) => focus.has(n)) : captions;
  const rest = state.only && focus ? captions : some;
  return new Set([...first, ...firstInView(around, at, TRIED), ...firstInView(some, at, TRIED), ...firstInView(rest, at, TRIED)]);
}

/** Text, size and place of a node's caption, or null where it shows none. */
function captionFor(n, { x, y }, near) {
  if (!inView({ x, y })) return null;
  const scale = renderer.scale();
  const lit = n === state.hovered || n === state.open;
  if (!lit && !(near ? roomForNear(n, scale) : roomFor(n, scale))) return null;
  const size = isPaper(n) ? 11.5 : Math.min(17, 11 + 1.5 * Math.log2(degreeOf(n)));
  return { text: captionOf(n), x, y, size: Math.round(size), lit, paper: isPaper(n), lone: degreeOf(n) < 2, radius: radiusOf(n, scale) * scale };
}

/** Whether a node is worth a caption at this zoom: the view decides, then what is free. */
function roomFor(n, scale) {
  if (isPaper(n)) return scale > 1.7;
  return degreeOf(n) > 1 || scale > 0.85 || captions.length < FEW;
}

/** The same for a neighbour of what is open or under the pointer. */
function roomForNear(n, scale) {
  return !isPaper(n) || scale > 1.2 || !focus || focus.size <= 18;
}

/** Finds a caption's place below, above or beside its node, wherever it is free first. */
function place(ctx, { text, x, y, size, lit, paper, lone, radius }, taken) {
  const font = fontOf(size, lit);
  ctx.font = font;
  const width = widthOf(ctx, font, text);
  const gap = radius + (lit ? 9 : 4);
  const away = gap + size * 0.62;
  const side = width / 2 + gap + 2;
  const inside = Math.min(Math.max(x, width / 2 + 8), graph.clientWidth - width / 2 - 8);
  const fits = ([cx]) => cx - width / 2 >= 2 && cx + width / 2 <= graph.clientWidth - 2;
  const spots = [[inside, y + away], [inside, y - away], [x + side, y], [x - side, y]].filter((spot, i) => i < 2 || fits(spot));
  const boxAt = ([cx, cy]) => [cx - width / 2 - 3, cy - size * 0.62, cx + width / 2 + 3, cy + size * 0.62];
  const clear = (one, others) => !others.some((other) => overlap(boxAt(one), other));
  const spaced = spots.filter((one) => clear(one, taken.words));
  const spot = spaced.find((one) => clear(one, taken.dots)) ?? (paper || lone ? undefined : spaced[0]) ?? (lit && spots[0]);
  if (!spot) return null;
  taken.words.push(boxAt(spot));
  return { text, font, size, strong: lit, x: spot[0] - width / 2, y: spot[1], quiet: paper && !lit };
}

function widthOf(ctx, font, text) {
  const key = font + text;
  if (!widths.has(key)) widths.set(key, ctx.measureText(text).width);
  return widths.get(key);
}

const overlap = (a, b) => a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];

function write(ctx, { text, font, x, y, quiet }) {
  ctx.font = font;
  ctx.textBaseline = "middle";
  ctx.lineJoin = "round";
  ctx.strokeStyle = mix(colours.ground, 0.86);
  ctx.lineWidth = 3.5;
  ctx.strokeText(text, x, y);
  ctx.fillStyle = mix(colours.ink, quiet ? 0.78 : 1);
  ctx.fillText(text, x, y);
}

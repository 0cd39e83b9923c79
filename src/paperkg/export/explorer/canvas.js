// The drawing: vis-network holds nodes, links and view; shapes and captions are drawn here.

const reduced = matchMedia("(prefers-reduced-motion: reduce)");
const graph = document.getElementById("graph");
const nodeSet = new vis.DataSet();
const edgeSet = new vis.DataSet();
let network;
let colours = {};
let focus = null;
let current = { nodes: new Set(), links: new Set() };
let captions = []; // shown nodes, the most linked first

/** Reads the theme's colours off the style sheet. */
function readColours() {
  const style = getComputedStyle(document.documentElement);
  const read = (name) => style.getPropertyValue(`--${name}`).trim();
  colours = { ink: read("ink"), ground: read("ground"), halo: read("ground") };
  for (const [kind, style] of STYLES) colours[kind] = read(style);
}

/** Outlines by style, on a circle of radius 1; colour is never the only sign. */
const OUTLINES = {
  paper: [[-0.8, -1], [0.8, -1], [0.8, 1], [-0.8, 1]],
  dataset: regular(4, Math.PI / 4, 1.12),
  benchmark: regular(4, 0, 1.2),
  organization: regular(5, -Math.PI / 2, 1.12),
  metric: regular(3, -Math.PI / 2, 1.22),
  method: regular(6, 0, 1.06),
  "own-1": star(5, -Math.PI / 2, 0.56),
  "own-2": regular(3, Math.PI / 2, 1.22),
  "own-3": star(4, 0, 0.5),
  "own-4": [[-1.2, -0.6], [1.2, -0.6], [1.2, 0.6], [-1.2, 0.6]],
  "own-5": [[-0.4, -1.2], [0.4, -1.2], [0.4, -0.4], [1.2, -0.4], [1.2, 0.4], [0.4, 0.4], [0.4, 1.2], [-0.4, 1.2], [-0.4, 0.4], [-1.2, 0.4], [-1.2, -0.4], [-0.4, -0.4]],
  "own-6": star(6, 0, 0.6),
};
const outlineOf = (kind) => OUTLINES[styleOf(kind)];

/** A star: its points on a circle, and between them corners so far inside. */
function star(points, turn, inside) {
  return regular(2 * points, turn, 1.25).map(([x, y], i) => (i % 2 ? [x * inside, y * inside] : [x, y]));
}

function regular(corners, turn, radius) {
  return Array.from({ length: corners }, (_, i) => {
    const angle = turn + (2 * Math.PI * i) / corners;
    return [radius * Math.cos(angle), radius * Math.sin(angle)];
  });
}

/** Draws the outline of a kind into a canvas path. */
function trace(ctx, kind, x, y, radius) {
  ctx.beginPath();
  const corners = outlineOf(kind);
  if (!corners) return ctx.arc(x, y, radius, 0, 2 * Math.PI);
  corners.forEach(([cx, cy], i) => ctx[i ? "lineTo" : "moveTo"](x + cx * radius, y + cy * radius));
  return ctx.closePath();
}

/** A node's radius in the drawing: shrinks and grows more slowly than the view does. */
const radiusOf = (n) => nodeOf.get(n).size * network.getScale() ** -0.45;

/** What vis-network calls to draw a node. */
function drawNode({ ctx, id, x, y }) {
  const radius = radiusOf(id);
  const kind = kindOf(id);
  const paint = () => {
    const lit = id === state.open || id === state.hovered;
    const faint = focus && !focus.has(id) && !lit;
    ctx.lineJoin = "round";
    if (lit) ring(ctx, kind, x, y, radius);
    trace(ctx, kind, x, y, radius * (faint ? 1 : 0.9));
    ctx.fillStyle = ctx.strokeStyle = mix(colours[kind], faint ? 0.18 : 1);
    ctx.lineWidth = radius * 0.3;
    if (!faint) ctx.stroke();
    ctx.fill();
  };
  return { drawNode: paint, nodeDimensions: { width: radius * 2.4, height: radius * 2.4 } };
}

/** A band around a node that is open or under the pointer. */
function ring(ctx, kind, x, y, radius) {
  const pixel = 1 / network.getScale();
  trace(ctx, kind, x, y, radius);
  ctx.strokeStyle = colours.ink;
  ctx.lineWidth = radius * 0.3 + 8 * pixel;
  ctx.stroke();
  ctx.strokeStyle = colours.ground;
  ctx.lineWidth = radius * 0.3 + 4.5 * pixel;
  ctx.stroke();
}

const ALPHA = { introduces: 0.95, uses: 0.6, mentions: 0.55 };

/** How a link looks now: faint where something else is open. */
function edgeStyle(link) {
  const near = focus && (link.paper === state.open || link.entity === state.open);
  const opacity = near ? 0.95 : ALPHA[link.role] * (focus ? 0.22 : 1);
  return { color: { color: mix(colours[kindOf(link.entity)], opacity), inherit: false } };
}

/** A hexadecimal colour with an opacity. */
const mix = (hex, opacity) => hex + Math.round(opacity * 255).toString(16).padStart(2, "0");

/** Makes a link under the pointer or at a chosen node stand out at any zoom. */
function chooseEdge(values, id) {
  const link = DATA.edges[id];
  values.width = Math.max(values.width, (link.role === "introduces" ? 2.4 : 1.4) / network.getScale());
  values.color = colours[kindOf(link.to)];
  values.opacity = 1;
}

const asNode = (n) => {
  const { label: _, group: __, ...node } = nodeOf.get(n);
  return { ...node, shape: "custom", ctxRenderer: drawNode };
};

const asEdge = (link) => ({ ...DATA.edges[link.id], id: link.id, ...edgeStyle(link) });

/** Starts the drawing, with everything that shows at first. */
function startDrawing() {
  readColours();
  update();
  const options = structuredClone(DATA.options);
  options.edges.chosen = { edge: chooseEdge };
  options.nodes.chosen = false;
  network = new vis.Network(graph, { nodes: nodeSet, edges: edgeSet }, options);
  network.on("afterDrawing", drawCaptions);
  network.on("hoverNode", ({ node }) => hover(node));
  network.on("blurNode", () => hover(null));
  network.on("click", ({ nodes }) => go(nodes.length ? nodes[0] : null, { keepView: true }));
  network.on("zoom", limitZoom);
  network.once("afterDrawing", ready);
  fitAll(false);
}

/** Tells tests and the impatient that the first picture stands. */
function ready() {
  requestAnimationFrame(() => {
    performance.mark("paperkg-ready");
    window.paperkgReady = true;
  });
}

/** Where on the screen a thing is drawn, for tests: [x, y] of its node. */
window.paperkgPlaceOf = (id) => {
  const { x, y } = network.canvasToDOM(nodeOf.get(numberOf.get(id)));
  const frame = graph.getBoundingClientRect();
  return [frame.left + x, frame.top + y];
};

function hover(n) {
  state.hovered = n;
  graph.classList.toggle("pointing", n !== null);
  network.redraw();
}

/** Brings nodes and links on the canvas in line with the state. */
function update() {
  focus = inFocus();
  const next = shown();
  const gone = (old, now) => [...old].filter((one) => !now.has(one));
  edgeSet.remove(gone(current.links, next.links).map((link) => link.id));
  nodeSet.remove(gone(current.nodes, next.nodes));
  nodeSet.add(gone(next.nodes, current.nodes).sort((a, b) => a - b).map(asNode));
  edgeSet.update([...next.links].map(asEdge));
  current = next;
  captions = [...next.nodes].sort((a, b) => isPaper(a) - isPaper(b) || degreeOf(b) - degreeOf(a) || a - b);
  if (network) mark();
}

/** Lets vis-network hold the open node as its selection. */
function mark() {
  if (state.open !== null && current.nodes.has(state.open)) network.selectNodes([state.open]);
  else network.unselectAll();
}

const MARGIN = 12;
const still = () => reduced.matches;

/** Shows the whole of what is shown. */
function fitAll(animate = true) {
  fit([...current.nodes], 1.5, animate);
}

/** Shows the open thing and its neighbours. */
function fitFocus() {
  if (focus) fit([...focus].filter((n) => current.nodes.has(n)), isPaper(state.open) ? 2.1 : 1.35, true);
}

function fit(nodes, maxZoomLevel, animate) {
  if (!nodes.length) return;
  const xs = nodes.map((n) => nodeOf.get(n).x);
  const ys = nodes.map((n) => nodeOf.get(n).y);
  const [left, right] = [extreme(Math.min, xs), extreme(Math.max, xs)];
  const [top, bottom] = [extreme(Math.min, ys), extreme(Math.max, ys)];
  const free = freeArea();
  const wide = free.width / Math.max(right - left, 1);
  const high = free.height / Math.max(bottom - top, 1);
  const scale = Math.max(0.02, Math.min(wide, high, maxZoomLevel));
  const position = {
    x: (left + right) / 2 + (graph.clientWidth / 2 - free.x) / scale,
    y: (top + bottom) / 2 + (graph.clientHeight / 2 - free.y) / scale,
  };
  const animation = animate && !still() ? { duration: 420, easingFunction: "easeInOutCubic" } : false;
  network.moveTo({ position, scale, animation });
}

const extreme = (pick, values) => values.reduce((a, b) => pick(a, b));

/** The part of the canvas that the legend leaves free: its middle and its size. */
function freeArea() {
  const [width, height] = [graph.clientWidth, graph.clientHeight];
  const legend = document.getElementById("legend");
  const side = legend.open && width > 640 ? legend.offsetWidth + 2 * MARGIN : 0;
  const [pad, foot] = width > 640 ? [44, 52] : [34, 56];
  return {
    x: side + (width - side) / 2,
    y: (height - foot + pad) / 2,
    width: Math.max(width - side - 2 * pad, 80),
    height: Math.max(height - foot - pad - 24, 80),
  };
}

function limitZoom({ scale }) {
  const kept = Math.min(5, Math.max(0.02, scale));
  if (kept !== scale) network.moveTo({ scale: kept });
}

function zoomBy(factor) {
  const scale = Math.min(5, Math.max(0.02, network.getScale() * factor));
  network.moveTo({ scale, animation: still() ? false : { duration: 160, easingFunction: "easeOutQuad" } });
}

const FEW = 120; // a picture of fewer nodes has room for every entity's name
const widths = new Map();
const fontOf = (size, strong) => `${strong ? 650 : 500} ${size}px system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif`;

/** Writes names beside nodes, the important first, and leaves out what would collide. */
function drawCaptions(ctx) {
  const ratio = ctx.canvas.width / graph.clientWidth;
  const taken = { words: covers(), dots: dots() };
  ctx.save();
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
  ctx.textBaseline = "middle";
  ctx.lineJoin = "round";
  const near = new Set(state.hovered === null ? [] : neighbours(state.hovered));
  for (const n of inOrder(near)) {
    const caption = captionFor(n, near.has(n) || focus?.has(n));
    if (caption) place(ctx, caption, taken);
  }
  ctx.restore();
}

/** The boxes on the canvas that the legend and the like cover. */
function covers() {
  const frame = graph.getBoundingClientRect();
  return [...document.querySelectorAll(".legend, .zoom, .status")].map((element) => {
    const box = element.getBoundingClientRect();
    return [box.left - frame.left, box.top - frame.top, box.right - frame.left, box.bottom - frame.top];
  });
}

/** The boxes of the nodes that captions keep clear of: all, or in a full picture the shared ones. */
function dots() {
  const scale = network.getScale();
  const all = focus ? [...focus].filter((n) => current.nodes.has(n)) : captions;
  const heeded = all.length > 400 ? all.filter((n) => !isPaper(n) && degreeOf(n) > 4) : all;
  return heeded.map((n) => {
    const { x, y } = network.canvasToDOM(nodeOf.get(n));
    const radius = radiusOf(n) * scale;
    return [x - radius, y - radius, x + radius, y + radius];
  });
}

/** Captions by importance: pointer, open thing, its neighbours, the rest by degree. */
function inOrder(near) {
  const first = [state.hovered, state.open].filter((n) => n !== null && current.nodes.has(n));
  const around = [...near].filter((n) => current.nodes.has(n));
  const open = focus ? captions.filter((n) => focus.has(n)) : [];
  return new Set([...first, ...around, ...open, ...(focus ? [] : captions)]);
}

/** Text, size and place of a node's caption, or null where it shows none. */
function captionFor(n, near) {
  const { x, y } = network.canvasToDOM(nodeOf.get(n));
  if (x < 0 || y < 0 || x > graph.clientWidth || y > graph.clientHeight) return null;
  const scale = network.getScale();
  const lit = n === state.hovered || n === state.open;
  if (!lit && !(near ? roomForNear(n, scale) : roomFor(n, scale))) return null;
  const size = isPaper(n) ? 11.5 : Math.min(17, 11 + 1.5 * Math.log2(degreeOf(n)));
  return { text: captionOf(n), x, y, size: Math.round(size), lit, paper: isPaper(n), lone: degreeOf(n) < 2, radius: radiusOf(n) * scale };
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

/** Puts a caption below, above or beside its node, wherever it is free first. */
function place(ctx, { text, x, y, size, lit, paper, lone, radius }, taken) {
  const font = fontOf(size, lit);
  ctx.font = font;
  const width = widthOf(ctx, font, text);
  const gap = radius + (lit ? 9 : 4);
  const away = gap + size * 0.62;
  const side = width / 2 + gap + 2;
  const inside = Math.min(Math.max(x, width / 2 + 8), graph.clientWidth - width / 2 - 8);
  const spots = [[inside, y + away], [inside, y - away], [x + side, y], [x - side, y]];
  const boxAt = ([cx, cy]) => [cx - width / 2 - 3, cy - size * 0.62, cx + width / 2 + 3, cy + size * 0.62];
  const clear = (one, others) => !others.some((other) => overlap(boxAt(one), other));
  const spaced = spots.filter((one) => clear(one, taken.words));
  const spot = spaced.find((one) => clear(one, taken.dots)) ?? (paper || lone ? undefined : spaced[0]) ?? (lit && spots[0]);
  if (!spot) return;
  taken.words.push(boxAt(spot));
  write(ctx, text, spot[0] - width / 2, spot[1], paper && !lit);
}

function widthOf(ctx, font, text) {
  const key = font + text;
  if (!widths.has(key)) widths.set(key, ctx.measureText(text).width);
  return widths.get(key);
}

const overlap = (a, b) => a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];

function write(ctx, text, x, y, quiet) {
  ctx.strokeStyle = mix(colours.halo, 0.86);
  ctx.lineWidth = 3.5;
  ctx.strokeText(text, x, y);
  ctx.fillStyle = mix(colours.ink, quiet ? 0.78 : 1);
  ctx.fillText(text, x, y);
}

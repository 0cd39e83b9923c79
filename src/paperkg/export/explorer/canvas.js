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

const edgeOf = new Map(DATA.edges.map((edge, i) => [linksOf[edge.from].find((l) => l.entity === edge.to && l.role === edge.role), { id: i, ...edge }]));

/** Reads the theme's colours off the style sheet. */
function readColours() {
  const style = getComputedStyle(document.documentElement);
  const read = (name) => style.getPropertyValue(`--${name}`).trim();
  colours = { ink: read("ink"), ground: read("ground"), Paper: read("paper"), halo: read("ground") };
  for (const type of TYPES) colours[type] = read(type.toLowerCase());
}

/** Outlines of the kinds, on a circle of radius 1; colour is never the only sign. */
const OUTLINES = {
  Paper: [[-0.8, -1], [0.8, -1], [0.8, 1], [-0.8, 1]],
  Dataset: regular(4, Math.PI / 4, 1.12),
  Benchmark: regular(4, 0, 1.2),
  Organization: regular(5, -Math.PI / 2, 1.12),
  Metric: regular(3, -Math.PI / 2, 1.22),
  Method: regular(6, 0, 1.06),
};

function regular(corners, turn, radius) {
  return Array.from({ length: corners }, (_, i) => {
    const angle = turn + (2 * Math.PI * i) / corners;
    return [radius * Math.cos(angle), radius * Math.sin(angle)];
  });
}

/** Draws the outline of a kind into a canvas path. */
function trace(ctx, kind, x, y, radius) {
  ctx.beginPath();
  const corners = OUTLINES[kind];
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
    ctx.globalAlpha = focus && !focus.has(id) && id !== state.hovered ? 0.16 : 1;
    ctx.lineJoin = "round";
    if (lit) ring(ctx, kind, x, y, radius);
    trace(ctx, kind, x, y, radius * 0.9);
    ctx.fillStyle = ctx.strokeStyle = colours[kind];
    ctx.lineWidth = radius * 0.3;
    ctx.stroke();
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

const ALPHA = { introduces: 0.85, uses: 0.42, mentions: 0.42 };

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
  edgeSet.remove(gone(current.links, next.links).map((link) => edgeOf.get(link).id));
  nodeSet.remove(gone(current.nodes, next.nodes));
  nodeSet.add(gone(next.nodes, current.nodes).sort((a, b) => a - b).map(asNode));
  edgeSet.update([...next.links].map((link) => ({ ...edgeOf.get(link), ...edgeStyle(link) })));
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
  if (focus) fit([...focus].filter((n) => current.nodes.has(n)), 1.35, true);
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
  const [pad, foot] = width > 640 ? [64, 56] : [40, 64];
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

const widths = new Map();
const fontOf = (size, strong) => `${strong ? 650 : 500} ${size}px system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif`;

/** Writes names beside nodes, the important first, and leaves out what would collide. */
function drawCaptions(ctx) {
  const ratio = ctx.canvas.width / graph.clientWidth;
  const placed = [];
  ctx.save();
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
  ctx.textBaseline = "middle";
  ctx.lineJoin = "round";
  for (const n of inOrder()) {
    const caption = captionFor(n);
    if (caption) place(ctx, caption, placed);
  }
  ctx.restore();
}

/** Captions by importance: pointer, open thing, its neighbours, the rest by degree. */
function inOrder() {
  const first = [state.hovered, state.open].filter((n) => n !== null && current.nodes.has(n));
  const near = state.hovered === null ? [] : neighbours(state.hovered).filter((n) => current.nodes.has(n));
  const open = focus ? captions.filter((n) => focus.has(n)) : [];
  return new Set([...first, ...near, ...open, ...(focus ? [] : captions)]);
}

/** Text, size and place of a node's caption, or null where it shows none. */
function captionFor(n) {
  const { x, y } = network.canvasToDOM(nodeOf.get(n));
  if (x < -80 || y < -30 || x > graph.clientWidth + 80 || y > graph.clientHeight + 30) return null;
  const scale = network.getScale();
  const lit = n === state.hovered || n === state.open;
  const near = focus?.has(n) || (state.hovered !== null && neighbours(state.hovered).includes(n));
  if (isPaper(n) && !lit && !near && scale < 1.7) return null;
  if (!isPaper(n) && degreeOf(n) < 2 && !lit && !near && scale < 0.85) return null;
  const size = isPaper(n) ? 11.5 : Math.min(17, 11 + 1.5 * Math.log2(degreeOf(n)));
  return { text: captionOf(n), x, y, size: Math.round(size), lit, quiet: isPaper(n), radius: radiusOf(n) * scale };
}

/** Puts a caption below, above or beside its node, wherever it is free first. */
function place(ctx, { text, x, y, size, lit, quiet, radius }, placed) {
  const font = fontOf(size, lit);
  ctx.font = font;
  const width = widthOf(ctx, font, text);
  const away = radius + size * 0.62 + 4;
  const side = width / 2 + radius + 6;
  const spots = [[x, y + away], [x, y - away], [x + side, y], [x - side, y]];
  const boxAt = ([cx, cy]) => [cx - width / 2 - 3, cy - size * 0.62, cx + width / 2 + 3, cy + size * 0.62];
  const spot = spots.find((one) => !placed.some((other) => overlap(boxAt(one), other))) ?? (lit && spots[0]);
  if (!spot) return;
  placed.push(boxAt(spot), [x - radius, y - radius, x + radius, y + radius]);
  write(ctx, text, spot[0] - width / 2, spot[1], quiet && !lit);
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

// The view of the graph, whichever renderer draws it: what is on it, its part on screen, its zoom.

const reduced = matchMedia("(prefers-reduced-motion: reduce)");
const graph = document.getElementById("graph");
const LEAST_ZOOM = 0.004;
const MOST_ZOOM = 5;
const MARGIN = 12;
let renderer = null; // null too where nothing can draw: search and details go on without
let focus = null;
let current = { nodes: new Set(), links: new Set() };
let captions = []; // shown nodes, the most linked first

const placeOf = (n) => nodeOf.get(n);

/** A node's radius in the drawing: shrinks and grows more slowly than the view does. */
const radiusOf = (n, scale = renderer.scale()) => placeOf(n).size * scale ** -0.45;

/** Starts the drawing, with everything that shows at first. */
function startDrawing() {
  readColours();
  if (!canDraw()) {
    graph.append(h("p", { class: "alone" }, "This browser offers no WebGL, which a graph of this size needs. Search, filters and details work without it."));
    return;
  }
  renderer = startRenderer(graph, { hover, click: (n) => go(n, { keepView: true }), drawn: drawCaptions });
  graph.querySelector("[tabindex]")?.setAttribute("tabindex", "-1"); // the stage itself has the focus
}

/** Tells tests and the impatient, once the first picture stands. */
function ready() {
  requestAnimationFrame(() =>
    setTimeout(() => {
      performance.mark("paperkg-ready");
      window.paperkgReady = true;
      setTimeout(allEntries, 50);
    }),
  );
}

/** A function that tells where on the canvas a node is drawn now: {x, y}. */
function onScreen() {
  const [scale, { x: cx, y: cy }] = [renderer.scale(), renderer.centre()];
  const [mx, my] = [graph.clientWidth / 2, graph.clientHeight / 2];
  return (n) => {
    const { x, y } = placeOf(n);
    return { x: (x - cx) * scale + mx, y: (y - cy) * scale + my };
  };
}

/** Where on the screen a thing is drawn, for tests: [x, y] of its node. */
window.paperkgPlaceOf = (id) => {
  const { x, y } = onScreen()(numberOf.get(id));
  const frame = graph.getBoundingClientRect();
  return [frame.left + x, frame.top + y];
};

function hover(n) {
  state.hovered = n;
  graph.classList.toggle("pointing", n !== null);
  renderer.redraw();
}

/** Brings nodes and links on the canvas in line with the state. */
function update() {
  focus = inFocus();
  const before = current;
  current = shown();
  captions = [...current.nodes].sort((a, b) => isPaper(a) - isPaper(b) || degreeOf(b) - degreeOf(a) || a - b);
  renderer?.update(current, before);
  renderer?.mark();
}

/** Shows the whole of what is shown. */
function fitAll(animate = true) {
  fit([...current.nodes], 1.5, animate);
}

/** Shows the open thing and its neighbours. */
function fitFocus() {
  if (!focus) return;
  const near = state.only ? [...current.nodes] : [...focus].filter((n) => current.nodes.has(n));
  fit(near, state.open !== null && isPaper(state.open) ? 2.1 : 1.35, true);
}

function fit(nodes, maxZoomLevel, animate) {
  if (!nodes.length || !renderer) return;
  const [left, right] = extremes(nodes, "x");
  const [top, bottom] = extremes(nodes, "y");
  const free = freeArea();
  const wide = free.width / Math.max(right - left, 1);
  const high = free.height / Math.max(bottom - top, 1);
  const scale = Math.max(LEAST_ZOOM, Math.min(wide, high, maxZoomLevel));
  const x = (left + right) / 2 + (graph.clientWidth / 2 - free.x) / scale;
  const y = (top + bottom) / 2 + (graph.clientHeight / 2 - free.y) / scale;
  renderer.moveTo({ x, y, scale, duration: animate && !reduced.matches ? 420 : 0 });
}

function extremes(nodes, axis) {
  let [low, high] = [Infinity, -Infinity];
  for (const n of nodes) {
    const value = placeOf(n)[axis];
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return [low, high];
}

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

function zoomBy(factor) {
  if (!renderer) return;
  const scale = Math.min(MOST_ZOOM, Math.max(LEAST_ZOOM, renderer.scale() * factor));
  renderer.moveTo({ ...renderer.centre(), scale, duration: reduced.matches ? 0 : 160 });
}

const STEPS = { ArrowLeft: [-60, 0], ArrowRight: [60, 0], ArrowUp: [0, -60], ArrowDown: [0, 60] };

/** Moves and zooms the drawing by keys, while it has the focus. */
function viewKey(event) {
  if (!renderer || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "+" || event.key === "=") zoomBy(1.4);
  if (event.key === "-") zoomBy(1 / 1.4);
  if (event.key === "0") fitAll();
  const step = STEPS[event.key];
  if (!step) return;
  event.preventDefault();
  const [scale, { x, y }] = [renderer.scale(), renderer.centre()];
  renderer.moveTo({ x: x + step[0] / scale, y: y + step[1] / scale, scale });
}
graph.addEventListener("keydown", viewKey);

// A drawing that can be moved and brought nearer; names keep their size, and more come as there is room.

const drawing = byId("drawing");
const world = drawing.getAttribute("viewBox").split(" ").map(Number);
const LEVELS = drawing.dataset.levels.split(" ").map(Number);
const [LEAST_ZOOM, MOST_ZOOM] = [LEVELS[0], 4];
const view = { x: 0, y: 0, k: 1 };
const pointers = new Map();
let moved = 0;

/** Puts the view into the drawing: where it is, and how large names and nodes are there. */
function place() {
  const { clientWidth: width, clientHeight: height } = drawing;
  const k = view.k;
  drawing.setAttribute("viewBox", `${view.x - width / k / 2} ${view.y - height / k / 2} ${width / k} ${height / k}`);
  const grown = Math.max(1, 0.45 / k);
  drawing.style.setProperty("--grown", grown);
  drawing.style.setProperty("--word", 1 / k / grown);
  drawing.style.setProperty("--bare", 1 / k);
  drawing.dataset.level = LEVELS.findLastIndex((level) => level <= k * 1.001);
}

/** Shows a box of the world: as near as it fits, with room for names at the sides. */
function fit([x, y, width, height], most = 1.6) {
  const side = Math.min(110, Math.max(24, drawing.clientWidth * 0.15 - 20));
  const k = Math.min((drawing.clientWidth - 2 * side) / width, (drawing.clientHeight - 64) / height, most);
  Object.assign(view, { x: x + width / 2, y: y + height / 2, k: Math.max(k, LEAST_ZOOM) });
  place();
}

/** Brings the world nearer or away around a point of the screen. */
function zoom(factor, clientX, clientY) {
  const box = drawing.getBoundingClientRect();
  const [dx, dy] = [clientX - box.left - box.width / 2, clientY - box.top - box.height / 2];
  const k = Math.min(MOST_ZOOM, Math.max(LEAST_ZOOM, view.k * factor));
  view.x += dx / view.k - dx / k;
  view.y += dy / view.k - dy / k;
  view.k = k;
  place();
}

function zoomBy(factor) {
  const box = drawing.getBoundingClientRect();
  zoom(factor, box.left + box.width / 2, box.top + box.height / 2);
}

const spread = () => {
  const [a, b] = [...pointers.values()];
  return { d: Math.hypot(a.x - b.x, a.y - b.y), x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
};

drawing.addEventListener("pointerdown", (event) => {
  pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
  if (pointers.size === 1) moved = 0;
});
addEventListener("pointermove", (event) => {
  const last = pointers.get(event.pointerId);
  if (!last) return;
  const before = pointers.size > 1 ? spread() : null;
  const [dx, dy] = [event.clientX - last.x, event.clientY - last.y];
  pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
  moved += Math.abs(dx) + Math.abs(dy);
  if (before) {
    const after = spread();
    view.x -= (after.x - before.x) / view.k;
    view.y -= (after.y - before.y) / view.k;
    zoom(after.d / before.d, after.x, after.y);
  } else {
    view.x -= dx / view.k;
    view.y -= dy / view.k;
    place();
  }
});
const release = (event) => pointers.delete(event.pointerId);
addEventListener("pointerup", release);
addEventListener("pointercancel", release);
// Where a drag ends is no click.
drawing.addEventListener("click", (event) => moved > 6 && event.stopPropagation(), true);
drawing.addEventListener("wheel", (event) => {
  event.preventDefault();
  zoom(Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.0016)), event.clientX, event.clientY);
}, { passive: false });
drawing.addEventListener("keydown", (event) => {
  const step = { ArrowLeft: [-60, 0], ArrowRight: [60, 0], ArrowUp: [0, -60], ArrowDown: [0, 60] }[event.key];
  if (event.key === "+" || event.key === "=") zoomBy(1.4);
  if (event.key === "-") zoomBy(1 / 1.4);
  if (!step) return;
  event.preventDefault();
  view.x += step[0] / view.k;
  view.y += step[1] / view.k;
  place();
});
byId("closer").addEventListener("click", () => zoomBy(1.4));
byId("farther").addEventListener("click", () => zoomBy(1 / 1.4));
byId("whole").addEventListener("click", () => fit(world));

const placeOf = new Map(marks.map((mark) => [Number(mark.dataset.i), [Number(mark.dataset.x), Number(mark.dataset.y)]]));

/** Shows an item with what is near it. */
reveal = (n) => {
  const points = [...near[n]].map((i) => placeOf.get(i)).filter(Boolean);
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
  const [x, y] = [Math.min(...xs) - 40, Math.min(...ys) - 40];
  fit([x, y, Math.max(...xs) + 40 - x, Math.max(...ys) + 40 - y], 1.4);
};

let size = [0, 0];
new ResizeObserver(() => {
  const now = [drawing.clientWidth, drawing.clientHeight];
  if (size[0] === 0) fit(world);
  else place();
  size = now;
}).observe(drawing);
fit(world);

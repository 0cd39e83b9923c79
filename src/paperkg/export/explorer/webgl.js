// The drawing of a graph too large for vis-network: sigma.js. Same interface as canvas.js.

const SIGNS = ["circle", "paper", "square", "diamond", "pentagon", "triangle", "hexagon", "star5", "down", "star4", "bar", "cross", "star6"];
const SIGN_OF = {
  paper: "paper", dataset: "square", benchmark: "diamond", organization: "pentagon", metric: "triangle", method: "hexagon",
  "own-1": "star5", "own-2": "down", "own-3": "star4", "own-4": "bar", "own-5": "cross", "own-6": "star6",
};
const signOf = (kind) => Math.max(0, SIGNS.indexOf(SIGN_OF[styleOf(kind)] ?? "circle"));

const VERTEX = `
attribute vec4 a_color; attribute vec2 a_position; attribute float a_size; attribute float a_sign;
uniform float u_sizeRatio; uniform float u_pixelRatio; uniform mat3 u_matrix;
varying vec4 v_color; varying float v_sign; varying float v_pixel;
void main() {
  gl_Position = vec4((u_matrix * vec3(a_position, 1)).xy, 0, 1);
  float wide = max(a_size / u_sizeRatio, 0.9) * u_pixelRatio * 2.5;
  gl_PointSize = wide;
  v_pixel = 2.5 / wide;
  v_sign = a_sign;
  v_color = a_color;
  v_color.a *= 255.0 / 254.0;
}`;

/** How far inside a sign's outline a point is: the outlines of shapes.js as distances. */
const FRAGMENT = `
precision mediump float;
varying vec4 v_color; varying float v_sign; varying float v_pixel;
const float TURN = 6.2831853;
float sector(vec2 p, float corners, float turn) {
  float step = TURN / corners;
  return mod(atan(p.y, p.x) - turn + TURN, step);
}
float regular(vec2 p, float corners, float turn, float radius) {
  float half_step = TURN / corners / 2.0;
  return radius * cos(half_step) - length(p) * cos(sector(p, corners, turn) - half_step);
}
float star(vec2 p, float points, float turn, float inside) {
  float half_step = TURN / points / 2.0;
  float a = sector(p, points, turn);
  a = min(a, 2.0 * half_step - a);
  vec2 q = length(p) * vec2(cos(a), sin(a));
  vec2 tip = vec2(1.25, 0.0);
  vec2 edge = 1.25 * inside * vec2(cos(half_step), sin(half_step)) - tip;
  return (edge.x * (q.y - tip.y) - edge.y * (q.x - tip.x)) / length(edge);
}
float box(vec2 p, float x, float y) { return min(x - abs(p.x), y - abs(p.y)); }
float depth(vec2 p) {
  if (v_sign < 0.5) return 1.0 - length(p);
  if (v_sign < 1.5) return box(p, 0.8, 1.0);
  if (v_sign < 2.5) return box(p, 0.8, 0.8);
  if (v_sign < 3.5) return (1.2 - abs(p.x) - abs(p.y)) * 0.7071;
  if (v_sign < 4.5) return regular(p, 5.0, -TURN / 4.0, 1.12);
  if (v_sign < 5.5) return regular(p, 3.0, -TURN / 4.0, 1.22);
  if (v_sign < 6.5) return regular(p, 6.0, 0.0, 1.06);
  if (v_sign < 7.5) return star(p, 5.0, -TURN / 4.0, 0.56);
  if (v_sign < 8.5) return regular(p, 3.0, TURN / 4.0, 1.22);
  if (v_sign < 9.5) return star(p, 4.0, 0.0, 0.5);
  if (v_sign < 10.5) return box(p, 1.2, 0.6);
  if (v_sign < 11.5) return max(box(p, 1.2, 0.4), box(p, 0.4, 1.2));
  return star(p, 6.0, 0.0, 0.6);
}
void main() {
  float inside = depth((gl_PointCoord - 0.5) * 2.5);
  float cover = clamp(inside / v_pixel + 0.5, 0.0, 1.0);
  gl_FragColor = vec4(v_color.rgb * v_color.a, v_color.a) * cover;
}`;

/** A program for sigma that draws each node as the sign of its kind; nothing is drawn for picking. */
function signProgram() {
  const { FLOAT, UNSIGNED_BYTE, POINTS } = WebGLRenderingContext;
  return class extends Sigma.rendering.NodeProgram {
    constructor(gl, _, owner) {
      super(gl, null, owner);
    }
    getDefinition() {
      return {
        VERTICES: 1,
        VERTEX_SHADER_SOURCE: VERTEX,
        FRAGMENT_SHADER_SOURCE: FRAGMENT,
        METHOD: POINTS,
        UNIFORMS: ["u_sizeRatio", "u_pixelRatio", "u_matrix"],
        ATTRIBUTES: [
          { name: "a_position", size: 2, type: FLOAT },
          { name: "a_size", size: 1, type: FLOAT },
          { name: "a_color", size: 4, type: UNSIGNED_BYTE, normalized: true },
          { name: "a_sign", size: 1, type: FLOAT },
        ],
      };
    }
    processVisibleItem(_, start, data) {
      this.array.set([data.x, data.y, data.size, Sigma.utils.floatColor(data.color), data.sign], start);
    }
    setUniforms({ sizeRatio, pixelRatio, matrix }, { gl, uniformLocations }) {
      gl.uniform1f(uniformLocations.u_sizeRatio, sizeRatio);
      gl.uniform1f(uniformLocations.u_pixelRatio, pixelRatio);
      gl.uniformMatrix3fv(uniformLocations.u_matrix, false, matrix);
    }
  };
}

const premultipliedBefore = new Map();

/** A colour as sigma's programs for links want it: red, green and blue times the opacity. */
function premultiplied(hex, opacity) {
  const key = hex + opacity;
  if (!premultipliedBefore.has(key)) {
    const parts = [1, 3, 5].map((at) => Math.round(parseInt(hex.slice(at, at + 2), 16) * opacity));
    const dimmed = parts.map((part) => part.toString(16).padStart(2, "0")).join("");
    premultipliedBefore.set(key, mix(`#${dimmed}`, opacity));
  }
  return premultipliedBefore.get(key);
}

/** Finds the node at a point of the layout: reading it back from the screen stops every frame. */
function finder(nodes) {
  const sorted = [...nodes].sort((a, b) => placeOf(a).x - placeOf(b).x);
  const xs = Float64Array.from(sorted, (n) => placeOf(n).x);
  const widest = sorted.reduce((most, n) => Math.max(most, placeOf(n).size), 0);
  return ({ x, y }, scale) => {
    const least = 5 / scale;
    const reach = Math.max(widest * scale ** -0.45, least);
    let [low, high] = [0, xs.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (xs[middle] < x - reach) low = middle + 1;
      else high = middle;
    }
    let best = { n: null, apart: 1 };
    for (let i = low; i < xs.length && xs[i] <= x + reach; i++) {
      const apart = Math.hypot(xs[i] - x, placeOf(sorted[i]).y - y) / Math.max(radiusOf(sorted[i], scale), least);
      if (apart < best.apart) best = { n: sorted[i], apart };
    }
    return best.n;
  };
}

/** The box that holds every node: fixed, so that the view stays where it is when nodes come or go. */
function boxOf(nodes) {
  const box = { x: [Infinity, -Infinity], y: [Infinity, -Infinity] };
  for (const { x, y } of nodes) {
    box.x = [Math.min(box.x[0], x), Math.max(box.x[1], x)];
    box.y = [Math.min(box.y[0], -y), Math.max(box.y[1], -y)];
  }
  return box;
}

const MOVING_LINKS = 20_000; // more links than this are left out while the view moves
const SLOW = 28; // once frames have taken longer than so many milliseconds, the picture slides …
const PAUSE = 400; // … under the pointer, and is drawn anew this often

const canDraw = () => Boolean(document.createElement("canvas").getContext("webgl2"));
const DASHED = false; // sigma draws no dashes and, from afar, one width: a role shows by how pale a link is

/** Starts sigma in an element; `handlers` are hover(n | null), click(n | null), drawn(ctx). */
function startRenderer(element, handlers) {
  const MIDDLE = { x: 0.5, y: 0.5, angle: 0, ratio: 1 };
  let base = 1;
  let drawn = { nodes: new Set(), links: new Set() };
  const asNode = (n) => {
    const { x, y, size } = placeOf(n);
    return { x, y: -y, size, sign: signOf(kindOf(n)) };
  };
  const looks = {
    nodeReducer: (key, data) => {
      const n = Number(key);
      const opacity = nodeOpacity(n);
      data.type = focus && opacity === 1 ? "near" : "far";
      data.color = mix(colours[kindOf(n)], opacity);
      return data;
    },
    edgeReducer: (key) => {
      const link = LINKS[key];
      const near = isNear(link);
      return {
        type: near ? "near" : "far",
        size: link.role === "introduces" ? 2.6 : 1.6,
        color: premultiplied(colours[kindOf(link.entity)], linkOpacity(link) * (near ? 1 : thin())),
      };
    },
  };
  /** Many links lie over each other, so that each is drawn the fainter. */
  const thin = () => Math.max(0.06, Math.min(0.7, 24 / Math.sqrt(drawn.links.size || 1)));
  const Sign = signProgram();
  let slide = null;
  let nodeAt = () => null;
  class Drawing extends Sigma {
    scheduleRender() {
      return slide?.() ? this : this.drawAnew();
    }
    drawAnew() {
      return super.scheduleRender();
    }
    getNodeAtPosition(point) {
      const { x, y } = this.viewportToGraph(point);
      const n = nodeAt({ x, y: -y }, view.scale());
      return n === null ? null : String(n);
    }
  }
  const renderer = new Drawing(new graphology.MultiGraph(), element, {
    ...looks,
    nodeProgramClasses: { far: Sign, near: Sign },
    nodeHoverProgramClasses: { far: Sign, near: Sign },
    edgeProgramClasses: { far: Sigma.rendering.EdgeLineProgram, near: Sigma.rendering.EdgeRectangleProgram },
    defaultNodeType: "far",
    defaultEdgeType: "far",
    renderLabels: false,
    hideEdgesOnMove: LINKS.length > MOVING_LINKS,
    enableCameraRotation: false,
    stagePadding: 0,
    minEdgeThickness: 2.4,
    defaultDrawNodeHover: () => {},
    zoomToSizeRatioFunction: (ratio) => (ratio / base) ** 0.55,
  });
  const overlay = element.appendChild(document.createElement("canvas"));
  overlay.className = "overlay";
  renderer.setCustomBBox(boxOf(nodeOf.values()));
  const camera = renderer.getCamera();

  /** How many pixels a unit of the layout takes when the camera's ratio is 1. */
  function measure() {
    const at = (x) => renderer.graphToViewport({ x, y: 0 }, { cameraState: MIDDLE }).x;
    base = at(1) - at(0) || 1;
    camera.minRatio = base / MOST_ZOOM;
    camera.maxRatio = base / LEAST_ZOOM;
  }

  function update(next, before) {
    drawn = next;
    const same = (a, b) => a.size === b.size && [...a].every((one) => b.has(one));
    if (same(next.nodes, before.nodes) && same(next.links, before.links)) return renderer.refresh();
    const graph = new graphology.MultiGraph();
    for (const n of next.nodes) graph.addNode(n, asNode(n));
    for (const { id, paper, entity } of next.links) graph.addEdgeWithKey(id, paper, entity);
    renderer.setGraph(graph);
    nodeAt = finder(next.nodes);
    return measure();
  }

  function moveTo({ x, y, scale, duration = 0 }) {
    measure();
    const there = renderer.viewportToFramedGraph(renderer.graphToViewport({ x, y: -y }));
    const next = { x: there.x, y: there.y, angle: 0, ratio: base / scale };
    if (duration) camera.animate(next, { duration, easing: "cubicInOut" });
    else camera.setState(next);
  }

  /** Rings and captions lie on a canvas of their own above sigma's. */
  function drawOverlay() {
    const ratio = devicePixelRatio || 1;
    const [width, height] = [element.clientWidth * ratio, element.clientHeight * ratio].map(Math.round);
    if (overlay.width !== width || overlay.height !== height) Object.assign(overlay, { width, height });
    const ctx = overlay.getContext("2d");
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    ctx.clearRect(0, 0, width, height);
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    for (const n of [state.open, state.hovered]) if (n !== null && drawn.nodes.has(n)) drawLit(ctx, n);
    handlers.drawn(ctx);
  }

  let last = 0;
  let slow = 0;
  /** Lets the picture slide from now on, once some frames in a row came late. */
  function watchSpeed() {
    const now = performance.now();
    const apart = now - last;
    last = now;
    if (slide || apart > 300) return;
    slow = apart > SLOW ? slow + 1 : 0;
    if (slow > 4) slide = slideAlong;
  }

  const picture = { x: 0, y: 0, ratio: 0, at: 0, timer: 0 };
  const pieces = () => element.querySelectorAll("canvas");

  /** Moves the last picture to where the view has gone, if that is aside and it is not too old. */
  function slideAlong() {
    const { x, y, ratio } = camera.getState();
    if (ratio !== picture.ratio || performance.now() - picture.at > PAUSE) return false;
    const there = renderer.framedGraphToViewport(picture);
    const [right, down] = [there.x - element.clientWidth / 2, there.y - element.clientHeight / 2];
    for (const piece of pieces()) piece.style.transform = `translate(${right}px, ${down}px)`;
    clearTimeout(picture.timer);
    picture.timer = setTimeout(() => renderer.drawAnew(), PAUSE);
    return x !== picture.x || y !== picture.y;
  }

  /** Remembers from where the picture was drawn, which lies straight again. */
  function settle() {
    const { x, y, ratio } = camera.getState();
    clearTimeout(picture.timer);
    Object.assign(picture, { x, y, ratio, at: performance.now() });
    for (const piece of pieces()) piece.style.transform = "";
  }

  function drawLit(ctx, n) {
    const { x, y } = onScreen()(n);
    const radius = radiusOf(n) * view.scale();
    ring(ctx, kindOf(n), x, y, radius, 1);
    fillShape(ctx, kindOf(n), x, y, radius, colours[kindOf(n)]);
  }

  const view = {
    update,
    mark: () => {},
    moveTo,
    redraw: drawOverlay,
    scale: () => base / camera.ratio,
    centre: () => {
      const middle = { x: element.clientWidth / 2, y: element.clientHeight / 2 };
      const { x, y } = renderer.viewportToGraph(middle, { cameraState: camera.getState() });
      return { x, y: -y };
    },
  };
  renderer.on("resize", measure);
  renderer.on("afterRender", drawOverlay);
  renderer.on("afterRender", settle);
  camera.on("updated", watchSpeed);
  renderer.on("enterNode", ({ node }) => handlers.hover(Number(node)));
  renderer.on("leaveNode", () => handlers.hover(null));
  renderer.on("clickNode", ({ node }) => handlers.click(Number(node)));
  renderer.on("clickStage", () => handlers.click(null));
  return view;
}

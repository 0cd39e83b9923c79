// The drawing of a graph that vis-network can draw fast enough. Same interface as webgl.js.

const canDraw = () => true;
const DASHED = true; // so are links of a paper that only mentions an entity

/** Starts vis-network in an element; `handlers` are hover(n | null), click(n | null), drawn(ctx). */
function startRenderer(element, handlers) {
  const nodeSet = new vis.DataSet();
  const edgeSet = new vis.DataSet();
  const options = structuredClone(DATA.options);
  options.edges.chosen = { edge: chooseEdge };
  options.nodes.chosen = false;
  const network = new vis.Network(element, { nodes: nodeSet, edges: edgeSet }, options);

  /** What vis-network calls to draw a node. */
  function drawNode({ ctx, id, x, y }) {
    const radius = radiusOf(id);
    const kind = kindOf(id);
    const paint = () => {
      const opacity = nodeOpacity(id);
      if (id === state.open || id === state.hovered) ring(ctx, kind, x, y, radius, 1 / network.getScale());
      fillShape(ctx, kind, x, y, radius, mix(colours[kind], opacity), opacity === 1);
    };
    return { drawNode: paint, nodeDimensions: { width: radius * 2.4, height: radius * 2.4 } };
  }

  /** Makes a link under the pointer or at a chosen node stand out at any zoom. */
  function chooseEdge(values, id) {
    const link = LINKS[id];
    values.width = Math.max(values.width, (link.role === "introduces" ? 2.4 : 1.4) / network.getScale());
    values.color = colours[kindOf(link.entity)];
    values.opacity = 1;
  }

  const asNode = (n) => ({ id: n, ...placeOf(n), shape: "custom", ctxRenderer: drawNode });
  const asEdge = (link) => ({
    ...DATA.edges[link.id],
    id: link.id,
    color: { color: mix(colours[kindOf(link.entity)], linkOpacity(link)), inherit: false },
  });

  const gone = (old, now) => [...old].filter((one) => !now.has(one));
  function update(next, before) {
    edgeSet.remove(gone(before.links, next.links).map((link) => link.id));
    nodeSet.remove(gone(before.nodes, next.nodes));
    nodeSet.update([...next.nodes].sort((a, b) => a - b).map(asNode));
    edgeSet.update([...next.links].map(asEdge));
  }

  /** Lets vis-network hold the open node and its links as its selection. */
  function mark() {
    const chosen = [...current.links].filter(isNear).map((link) => link.id);
    if (state.open !== null && current.nodes.has(state.open)) network.selectNodes([state.open]);
    else network.setSelection({ nodes: [], edges: chosen });
  }

  function moveTo({ x, y, scale, duration = 0 }) {
    const animation = duration ? { duration, easingFunction: "easeInOutCubic" } : false;
    network.moveTo({ position: { x, y }, scale, animation });
  }

  network.on("afterDrawing", handlers.drawn);
  network.on("hoverNode", ({ node }) => handlers.hover(node));
  network.on("blurNode", () => handlers.hover(null));
  network.on("click", ({ nodes }) => handlers.click(nodes.length ? nodes[0] : null));
  network.on("zoom", ({ scale }) => {
    const kept = Math.min(MOST_ZOOM, Math.max(LEAST_ZOOM, scale));
    if (kept !== scale) network.moveTo({ scale: kept });
  });
  return {
    update,
    mark,
    moveTo,
    redraw: () => network.redraw(),
    scale: () => network.getScale(),
    centre: () => network.getViewPosition(),
  };
}

// Draws the curve of a room in place of the server's drawing, and has it grow with what the stream tells.

const root = document.documentElement, SECOND = 1000;
const numbers = (text) => text.split(" ").filter(Boolean).map(Number);
const colour = (name) => getComputedStyle(root).getPropertyValue(`--${name}`).trim();
const clock = new Intl.DateTimeFormat("fr", { timeZone: root.dataset.zone, hour: "2-digit", minute: "2-digit" });
const at = (seconds) => clock.format(seconds * SECOND);

const HEIGHT = 260, FONT = "14px 'Source Sans 3 Variable', sans-serif", APART = 5;

function text(plot, words, x, y, align, name) {
  const { ctx } = plot, ratio = devicePixelRatio;
  ctx.font = `${14 * ratio}px ${getComputedStyle(document.body).fontFamily}`;
  ctx.textAlign = align;
  ctx.fillStyle = colour(name);
  ctx.fillText(words, x, y);
}

function line(plot, name, dash, from, to) {
  const { ctx } = plot;
  ctx.setLineDash(dash.map((part) => part * devicePixelRatio));
  ctx.lineWidth = devicePixelRatio;
  ctx.strokeStyle = colour(name);
  ctx.beginPath();
  ctx.moveTo(...from);
  ctx.lineTo(...to);
  ctx.stroke();
}

// Below the curve: where talks begin, and the capacity.
function frame(plot, told) {
  const { ctx, bbox } = plot, right = bbox.left + bbox.width, roof = plot.valToPos(told.capacity, "y", true);
  ctx.save();
  for (const begun of told.begun) {
    const x = plot.valToPos(begun, "x", true);
    line(plot, "rule", [], [x, bbox.top], [x, bbox.top + bbox.height]);
  }
  line(plot, "over", [5, 4], [bbox.left, roof], [right, roof]);
  text(plot, told.roof, right, roof - 6 * devicePixelRatio, "right", "ink-2");
  ctx.restore();
}

// On it: the last and the highest value.
function mark(plot, told) {
  const { ctx, bbox } = plot, ratio = devicePixelRatio, [moments, inside] = plot.data, last = inside.length - 1;
  const x = (number) => plot.valToPos(moments[number], "x", true), y = (number) => plot.valToPos(inside[number], "y", true);
  const late = x(last) > bbox.left + bbox.width * 0.75, low = y(last) + 24 * ratio > bbox.top + bbox.height;
  const words = told.words.replace("{inside}", inside[last]).replace("{at}", at(moments[last]));
  ctx.save();
  ctx.beginPath();
  ctx.arc(x(last), y(last), 5 * ratio, 0, 2 * Math.PI);
  ctx.fillStyle = colour("accent");
  ctx.fill();
  text(plot, words, x(last) + (late ? -12 : 12) * ratio, y(last) + (low ? -12 : 22) * ratio, late ? "right" : "left", "ink");
  const most = Math.max(...inside), top = inside.indexOf(most);
  if (most !== inside[last]) text(plot, String(most), x(top), y(top) - 10 * ratio, "center", "ink-2");
  ctx.restore();
}

function options(told, width) {
  const axis = { stroke: () => colour("ink-2"), font: FONT, grid: { stroke: () => colour("rule"), width: 1 }, ticks: { show: false } };
  return {
    width, height: HEIGHT, padding: [20, 24, 0, 0],
    legend: { show: false }, cursor: { show: false },
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * SECOND), root.dataset.zone),
    scales: { x: { range: (plot, from, to) => [told.span[0], Math.max(told.span[1], to)] }, y: { range: (plot, low, high) => [0, Math.max(told.capacity, high)] } },
    series: [{}, { stroke: () => colour("accent"), fill: () => colour("tint"), width: 2.5, points: { show: false } }],
    axes: [
      { ...axis, grid: { show: false }, values: (plot, splits) => splits.map(at), incrs: [900, 1800, 3600, 7200, 14400], space: 70 },
      { ...axis, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000], size: 44 },
    ],
    hooks: { drawAxes: [(plot) => frame(plot, told)], draw: [(plot) => mark(plot, told)] },
  };
}

// The most of each few seconds, or a morning would be tens of thousands of points.
function add([moments, inside], moment, value) {
  const last = moments.length - 1;
  if (moment - moments[last] >= APART) {
    moments.push(moment);
    inside.push(value);
  } else {
    inside[last] = value;
  }
}

function draw(figure) {
  const { moments, inside, begun, span, capacity, words, roof } = figure.dataset;
  const told = { begun: numbers(begun), span: numbers(span), capacity: Number(capacity), words, roof };
  const data = [numbers(moments), numbers(inside)], place = document.createElement("div");
  place.role = "img";
  place.ariaLabel = [...figure.querySelectorAll("title, desc")].map((one) => one.textContent).join(". ");
  figure.prepend(place);
  const plot = new uPlot(options(told, figure.clientWidth), data, place);
  figure.classList.add("drawn");
  new ResizeObserver(() => plot.setSize({ width: figure.clientWidth, height: HEIGHT })).observe(figure);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => plot.redraw());
  return (moment, value) => {
    add(data, moment, value);
    plot.setData(data);
  };
}

if (globalThis.uPlot) {
  const curves = new Map();
  for (const figure of document.querySelectorAll("[data-curve]")) curves.set(figure.dataset.curve, draw(figure));
  document.addEventListener("rooms", ({ detail }) => {
    for (const room of detail.rooms) curves.get(room.name)?.(Math.floor(detail.at / SECOND), room.inside);
  });
}

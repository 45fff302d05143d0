/* Map or areas of a place's parts, drawn by ECharts over figures that the page also gives as a table. */
const holder = document.getElementById("area-chart");

async function start() {
  const echarts = await import(holder.dataset.library);
  const rows = JSON.parse(document.getElementById("area-data").textContent);
  const scale = parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
  const chart = echarts.init(holder, null, { renderer: "canvas" });
  const text = { fontFamily: getComputedStyle(document.body).fontFamily, fontSize: 13 * scale, color: "#1b2733" };
  const drawn = holder.dataset.boundaries ? await map(echarts, rows, text) : areas(rows, text);
  chart.setOption(drawn);
  chart.on("click", function (event) {
    const row = rows.find(function (one) { return one.name === event.name; });
    if (row && row.address) { window.location.assign(row.address); }
  });
  window.addEventListener("resize", function () { chart.resize(); });
}

function note(row) {
  return row.name + "\n红橙黄预警 " + row.warned.toLocaleString() + " 户 / " + row.households.toLocaleString() + " 户\n每千户 " + row.density.toFixed(1) + " 户";
}

function tip(rows, text) {
  return {
    renderMode: "richText", confine: true, backgroundColor: "#1b2733", borderWidth: 0, padding: [8, 12],
    textStyle: Object.assign({}, text, { color: "#ffffff", lineHeight: 20 }),
    formatter: function (event) {
      const row = rows.find(function (one) { return one.name === event.name; });
      return row ? note(row) : event.name;
    },
  };
}

const SHADES = ["#f1f5fa", "#d5e3f3", "#a9c7e6", "#739fd0", "#3f77b4", "#17508f"];

function shade(value, low, high) {
  const step = high > low ? Math.floor(((value - low) / (high - low)) * (SHADES.length - 0.001)) : 2;
  return SHADES[Math.max(0, Math.min(SHADES.length - 1, step))];
}

function areas(rows, text) {
  const shown = rows.filter(function (row) { return row.households > 0; });
  const densities = shown.map(function (row) { return row.density; });
  const low = Math.min.apply(null, densities);
  const high = Math.max.apply(null, densities);
  return {
    aria: { enabled: true, description: "各地预警户占比，面积为户数，颜色越深占比越高；下方表格有同样的数字。" },
    tooltip: tip(rows, text),
    animationDuration: 300,
    series: [{
      type: "treemap", roam: false, nodeClick: false, breadcrumb: { show: false }, sort: "desc", squareRatio: 1.1,
      left: 0, top: 0, right: 0, bottom: 0,
      itemStyle: { gapWidth: 3, borderWidth: 0, borderColor: "#ffffff", borderRadius: 4 },
      label: { show: true, position: "insideTopLeft", padding: [6, 4], lineHeight: 20, overflow: "truncate" },
      data: shown.map(function (row) {
        const colour = shade(row.density, low, high);
        const dark = SHADES.indexOf(colour) > 3;
        return {
          name: row.name, value: row.households, itemStyle: { color: colour },
          label: {
            color: dark ? "#ffffff" : "#1b2733", fontFamily: text.fontFamily, fontSize: text.fontSize,
            formatter: row.name + "\n" + row.density.toFixed(1) + "‰",
          },
        };
      }),
    }],
  };
}

async function map(echarts, rows, text) {
  const answer = await fetch(holder.dataset.boundaries, { credentials: "same-origin" });
  const shapes = await answer.json();
  echarts.registerMap("parts", shapes);
  const densities = rows.map(function (row) { return row.density; });
  return {
    aria: { enabled: true, description: "各地预警户占比地图；下方表格有同样的数字。" },
    tooltip: tip(rows, text),
    visualMap: {
      min: Math.min.apply(null, densities), max: Math.max.apply(null, densities), calculable: false, left: 8, bottom: 8,
      itemHeight: 90, itemWidth: 12, text: ["高（每千户）", "低"], textStyle: text, inRange: { color: SHADES.slice(0, 5) },
    },
    series: [{
      type: "map", map: "parts", roam: false, selectedMode: false, top: 8, bottom: 8,
      label: Object.assign({ show: true }, text, { fontSize: text.fontSize - 1 }),
      itemStyle: { borderColor: "#ffffff", borderWidth: 1.5, areaColor: "#eff2f6" },
      emphasis: { label: { color: "#1b2733" }, itemStyle: { areaColor: "#f3cfa6" } },
      data: rows.map(function (row) { return { name: row.name, value: row.density }; }),
    }],
  };
}

if (holder && holder.dataset.library) {
  start().catch(function () { holder.hidden = true; });
}

// What `make plotly` bundles: heatmaps and bars; scatter is in the core.
import Plotly from "plotly.js/lib/core";
import bar from "plotly.js/lib/bar";
import heatmap from "plotly.js/lib/heatmap";

Plotly.register([bar, heatmap]);
export default Plotly;

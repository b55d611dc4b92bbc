import "./style/tokens.css";
import "./style/base.css";
import "./style/frame.css";
import "./style/panel.css";
import "./style/points.css";
import "./style/board.css";
import "uplot/dist/uPlot.min.css";
import { render } from "preact";
import { App } from "./shell/app";
import { Station } from "./shell/station";
import { applyTheme } from "./shell/theme";

applyTheme();
const page = document.getElementById("page");
if (page) render(<App station={new Station()} />, page);

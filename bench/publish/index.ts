/**
 * What becomes of a report: tables, the plots, the page of docs, latest.json. All are made from the report alone.
 */
export { publish, renderFiles } from "./files.js";
export { renderText } from "./text.js";

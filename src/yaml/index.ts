/**
 * YAML read strictly, with file, line and path in every complaint. Policies and ceremony plans are read with it.
 * It reads texts, not files, and knows nothing of what they say.
 */
export { StrictDocument, type YamlPath } from "./strict-document.js";
export { YamlError } from "./yaml-error.js";

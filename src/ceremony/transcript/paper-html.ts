import { describeSigner, type PaperForm } from "./paper-form.js";

const STYLE = `@page{size:A4;margin:18mm}
body{font:10pt/1.4 serif;color:#000;background:#fff;max-width:174mm;margin:auto}
h1{font-size:14pt}
th{text-align:left;vertical-align:top;padding-right:6mm;font-weight:normal;font-style:italic}
td{overflow-wrap:anywhere}
pre{font:8.5pt/1.35 monospace;margin:0 0 3mm;white-space:pre-wrap;break-inside:avoid}
.hash{font-family:monospace;overflow-wrap:anywhere}
.verdict{font-weight:bold}
.boxes{display:grid;grid-template-columns:1fr 1fr;gap:6mm}
.box{border:.3mm solid #000;height:26mm;padding:2mm;break-inside:avoid}`;

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
}

/** The form as one page of HTML that needs nothing else: A4, a box for each signature. It holds no script and loads nothing. */
export function renderPaperHtml(form: PaperForm): string {
  const rows = form.facts.map(([name, value]) => `<tr><th>${escapeHtml(name)}</th><td>${escapeHtml(value)}</td></tr>`);
  const blocks = form.blocks.map((block) => `<pre>${escapeHtml(block.join("\n"))}</pre>`);
  const boxes = form.signatures.map(
    (signer) => `<div class="box">${escapeHtml(describeSigner(signer))}<br>date, signature</div>`,
  );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Key ceremony: transcript</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<style>${STYLE}</style></head><body>
<h1>Key ceremony: transcript</h1>
<table>${rows.join("\n")}</table>
<hr>
${blocks.join("\n")}
<p class="verdict">${escapeHtml(form.verdict)}</p>
<p>Last hash: <span class="hash">${escapeHtml(form.hash)}</span><br>in words: <b>${escapeHtml(form.words.replaceAll("-", " "))}</b></p>
<p>I was present, and the words above are those that I saw on the screen.</p>
<div class="boxes">${boxes.join("\n")}</div>
</body></html>
`;
}

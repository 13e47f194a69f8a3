import { SecretBytes } from "../base/index.js";
import { VARIANT_MASK } from "../dukpt/index.js";
import type { KeyHeaderDraft } from "./key-header.js";
import { isExportable } from "./tr31/header-mapping.js";
import { tr31Variant } from "./tr31/variant.js";

/**
 * How a key's material is laid out under the storage master key.
 * - whole: as it is
 * - doubled: DES as K‖K, since RFC 3394 takes 16 bytes at least and tokens no longer take single DES
 * - retail: KL‖KL and KL‖KR, so that MAC algorithm 3 runs in the token
 * - variants: the two variants of a KBPK of key block version A or C, for enciphering and for MACs (X9.143, 7.3.1)
 * - bdk: BDK and its variant, so that initial keys are derived without the BDK leaving the token (X9.24-1:2009, A.6)
 */
type PartLayout = "whole" | "doubled" | "retail" | "bdk" | "variants";

type LayoutDraft = Pick<KeyHeaderDraft, "usage" | "algorithm" | "keyLength" | "keyBlockVersion">;
type PartDraft = LayoutDraft & Pick<KeyHeaderDraft, "exportability">;

function layoutOf(draft: LayoutDraft): PartLayout {
  if (draft.algorithm === "DES") return "doubled";
  if (draft.usage === "M3") return "retail";
  if (draft.keyBlockVersion === "A" || draft.keyBlockVersion === "C") return "variants";
  return draft.usage === "B0" && draft.algorithm === "TDES" ? "bdk" : "whole";
}

/** The lengths of the parts that the token works with, in bytes, before they are wrapped. */
function tokenPartLengths(draft: LayoutDraft): readonly number[] {
  const layout = layoutOf(draft);
  if (layout === "whole") return [draft.keyLength];
  // The third part is the key itself: its check value is known by it, and it does nothing else.
  if (layout === "variants") return [draft.keyLength, draft.keyLength, draft.keyLength];
  return layout === "doubled" ? [16] : [16, 16];
}

/**
 * The lengths of a key's parts in bytes, before they are wrapped: those that the token works with, then the export part of a key that
 * may leave. See docs/adr/0006-exportable-keys.md.
 */
export function partLengths(draft: PartDraft): readonly number[] {
  const lengths = tokenPartLengths(draft);
  if (!isExportable(draft.exportability)) return lengths;
  return [...lengths, draft.algorithm === "DES" ? 16 : draft.keyLength];
}

function doubleLeft(material: Buffer): SecretBytes {
  const doubled = SecretBytes.alloc(16);
  material.copy(doubled.expose(), 0, 0, 8);
  material.copy(doubled.expose(), 8, 0, 8);
  return doubled;
}

function copyOf(material: Buffer): SecretBytes {
  const copy = SecretBytes.alloc(material.length);
  material.copy(copy.expose());
  return copy;
}

function variantOf(material: Buffer): SecretBytes {
  const variant = copyOf(material);
  const bytes = variant.expose();
  for (let index = 0; index < bytes.length; index++) {
    bytes[index] = (bytes[index] ?? 0) ^ (VARIANT_MASK[index % VARIANT_MASK.length] ?? 0);
  }
  return variant;
}

/**
 * The export part of an exportable key: the material, of DES as K‖K since RFC 3394 takes 16 bytes at least. Undefined of a key that never
 * leaves. Wrapped in another way than the other parts, whose wrapping key gives nothing back in clear. The caller wipes it.
 */
export function exportPartOf(draft: PartDraft, material: SecretBytes): SecretBytes | undefined {
  if (!isExportable(draft.exportability)) return undefined;
  return draft.algorithm === "DES" ? doubleLeft(material.expose()) : copyOf(material.expose());
}

/**
 * The parts of a key's material that the token works with, in the order in which they are wrapped. Both the material and the parts are the caller's to wipe.
 * @throws RangeError when the material is not as long as the header says: a defect, see `checkKeyMaterial`
 */
export function splitKeyMaterial(draft: LayoutDraft & Partial<PartDraft>, material: SecretBytes): readonly SecretBytes[] {
  if (material.length !== draft.keyLength) throw new RangeError("The material is not as long as its header says.");
  const bytes = material.expose();
  switch (layoutOf(draft)) {
    case "whole":
      return [copyOf(bytes)];
    case "doubled":
      return [doubleLeft(bytes)];
    case "retail":
      return [doubleLeft(bytes), copyOf(bytes)];
    case "bdk":
      return [copyOf(bytes), variantOf(bytes)];
    case "variants":
      return [tr31Variant(material, "encryption"), tr31Variant(material, "authentication"), copyOf(bytes)];
  }
}

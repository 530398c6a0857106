/** placeholder */
/** @param {HTMLElement} place @param {(evidence: import('mxseal').Evidence, name: string) => Promise<void>} onEvidence */
export function localPanel(place, onEvidence) { return { judge: async (/** @type {Blob} */ f, /** @type {string} */ n) => { await onEvidence(JSON.parse(await f.text()), n); place.textContent = ''; } }; }

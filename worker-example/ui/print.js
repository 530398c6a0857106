/** On paper nothing is folded. */

export function foldedInPrint() {
  /** @type {HTMLDetailsElement[]} */
  let opened = [];
  addEventListener('beforeprint', () => {
    opened = [...document.querySelectorAll('#result details')]
      .filter((one) => one instanceof HTMLDetailsElement && !one.open)
      .map((one) => /** @type {HTMLDetailsElement} */ (one));
    for (const one of opened) one.open = true;
  });
  addEventListener('afterprint', () => {
    for (const one of opened) one.open = false;
    opened = [];
  });
}

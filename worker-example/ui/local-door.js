/**
 * The door to judging what a reader has instead of what a domain publishes: the panel is loaded when it is opened, or when
 * something is dropped anywhere on the page.
 */

/**
 * @param {HTMLElement} door a `details` element
 * @param {import('./local.js').LocalOptions} o
 */
export function localDoor(door, o) {
  const details = /** @type {HTMLDetailsElement} */ (door);
  const place = /** @type {HTMLElement} */ (door.querySelector('.local-body'));
  /** @type {Promise<{ judge(files: File[]): Promise<void> }> | null} */
  let panel = null;
  const open = () => {
    panel ??= import('./local.js').then(({ localPanel }) => localPanel(place, o));
    return panel;
  };
  details.addEventListener('toggle', () => details.open && void open());
  addEventListener('dragover', (event) => {
    if (event.dataTransfer?.types.includes('Files')) event.preventDefault();
  });
  addEventListener('drop', async (event) => {
    const files = [...(event.dataTransfer?.files ?? [])];
    if (files.length === 0) return;
    event.preventDefault();
    details.open = true;
    const { judge } = await open();
    await judge(files);
  });
}

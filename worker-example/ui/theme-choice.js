/** The button that goes through the colour schemes: the system's, light, dark. first.js brings the choice back. */

const CHOICES = ['system', 'light', 'dark'];
const KEY = 'mxseal:theme';

/** @param {HTMLElement} button */
export function themeChoice(button) {
  const root = document.documentElement;
  const show = () => {
    const chosen = root.dataset.theme ?? 'system';
    button.textContent = `Colours: ${chosen}`;
    return chosen;
  };
  button.addEventListener('click', () => {
    const next = CHOICES[(CHOICES.indexOf(show()) + 1) % CHOICES.length] ?? 'system';
    if (next === 'system') delete root.dataset.theme;
    else root.dataset.theme = next;
    keep(next);
    show();
  });
  show();
  button.hidden = false;
}

/** @param {string} choice */
function keep(choice) {
  try {
    if (choice === 'system') localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, choice);
  } catch {}
}

// The colour scheme that the reader chose here, before anything is painted; without a choice the system's.
{
  let chosen = null;
  try {
    chosen = localStorage.getItem('mxseal:theme');
  } catch {}
  if (chosen === 'light' || chosen === 'dark') document.documentElement.dataset.theme = chosen;
}

// What must be known before anything is painted, so that nothing jumps or flashes: the colour scheme that the reader chose
// here (without a choice the system's), and whether the link names a resolver of its own, which has a field.
{
  const root = document.documentElement;
  let chosen = null;
  try {
    chosen = localStorage.getItem('mxseal:theme');
  } catch {}
  if (chosen === 'light' || chosen === 'dark') root.dataset.theme = chosen;
  const resolver = new URLSearchParams(location.search).get('doh');
  root.toggleAttribute(
    'data-own-resolver',
    resolver !== null && !/^https:\/\/(?:cloudflare-dns\.com|dns\.google)\/dns-query$/.test(resolver),
  );
}

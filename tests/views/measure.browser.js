// Runs inside the browser and measures the page that is open, as somebody with a small screen, thick fingers
// or tired eyes meets it. It is plain script, as the tests' types know no DOM; its value is the last expression.
(() => {
  const visible = (element) => element.checkVisibility({ checkVisibilityCSS: true });
  const skipped = (element) => element.closest('.visually-hidden, .skip-link') !== null;
  const name = (element) => `${element.tagName} "${element.textContent.trim().slice(0, 30)}"`;

  const smallTexts = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || !visible(parent) || skipped(parent)) continue;
    const size = Number.parseFloat(getComputedStyle(parent).fontSize);
    if (size < 16) smallTexts.push(`${name(parent)} ${size}px`);
  }

  const smallTargets = [];
  const pressable = 'a[href], button, summary, select, textarea, input:not([type="hidden"])';
  for (const element of document.querySelectorAll(pressable)) {
    if (!visible(element) || skipped(element)) continue;
    // A tick box and its label are one target.
    const labels = /^(checkbox|radio)$/.test(element.type ?? '') ? [...element.labels] : [];
    const boxes = [element, ...labels].map((part) => part.getBoundingClientRect());
    const width = Math.max(...boxes.map((box) => box.right)) - Math.min(...boxes.map((box) => box.left));
    const height = Math.max(...boxes.map((box) => box.height));
    if (width < 43.9 || height < 43.9) smallTargets.push(`${name(element)} ${width} x ${height}`);
  }
  return {
    overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    smallTexts,
    smallTargets,
    headings: document.querySelectorAll('h1').length,
    language: document.documentElement.lang,
  };
})();

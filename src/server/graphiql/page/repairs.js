const EDITORS = [
  ['.graphiql-query-editor', 'Operation'],
  ['.graphiql-editor-tool .graphiql-editor:nth-child(1)', 'Variables'],
  ['.graphiql-editor-tool .graphiql-editor:nth-child(2)', 'Headers'],
  ['.result-window', 'Answer'],
];

/**
 * Repairs what GraphiQL gives to screen readers and cannot be configured. Its tabs are list items with the role of a tab and two
 * buttons inside, and controls inside a control cannot be reached. They become plain list items, and the button of the active one is
 * marked as current. Its editors have no names, and their text cannot be scrolled by the keyboard alone.
 */
export function repairAccessibility(root) {
  const repair = () => {
    for (const list of root.querySelectorAll('[role=tablist]')) list.removeAttribute('role');
    for (const tab of root.querySelectorAll('.graphiql-tab')) {
      tab.removeAttribute('role');
      tab.removeAttribute('aria-selected');
      const button = tab.querySelector('.graphiql-tab-button');
      setOnce(button, 'aria-current', String(tab.classList.contains('graphiql-tab-active')));
      button?.removeAttribute('aria-controls');
    }
    // The name would hide which operation it is.
    for (const item of root.querySelectorAll('.graphiql-history-item-label[aria-label]'))
      item.removeAttribute('aria-label');
    for (const [place, name] of EDITORS) nameEditor(root.querySelector(`${place} .CodeMirror`), name);
    setOnce(root.querySelector('[role=tabpanel]'), 'role', 'region');
  };
  new MutationObserver(repair).observe(root, {
    subtree: true,
    childList: true,
    attributes: true,
    attributeFilter: ['role', 'aria-selected', 'class'],
  });
  repair();
}

function nameEditor(editor, name) {
  if (editor === null) return;
  setOnce(editor.querySelector('textarea'), 'aria-label', name);
  const text = editor.querySelector('.CodeMirror-scroll');
  setOnce(text, 'tabindex', '0');
  setOnce(text, 'role', 'group');
  setOnce(text, 'aria-label', `Text of ${name.toLowerCase()}`);
}

// A repeated value would be a change too, and start the repair again without end.
function setOnce(element, attribute, value) {
  if (element !== null && element.getAttribute(attribute) !== value) element.setAttribute(attribute, value);
}

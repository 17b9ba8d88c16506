import { inCalls } from './price.js';

const { React, GraphiQL, library } = globalThis;
const { createElement: h, useEffect, useRef } = React;
const { useEditorContext } = GraphiQL.React;

const texts = new Set(library.flatMap(({ operations }) => operations.map(({ query }) => query)));

/** The variables of an operation as the text of their editor. */
export function variablesText({ variables }) {
  return variables === undefined ? '' : JSON.stringify(variables, null, 2);
}

/** The operations of the library, by theme. A click opens one: in a new tab, if the current one holds other text. */
export function LibraryPane() {
  const editors = useEditorContext({ nonNull: true });
  const { queryEditor, tabs, addTab } = editors;
  const waiting = useRef(null);

  function fill(operation) {
    editors.queryEditor?.setValue(operation.query);
    editors.variableEditor?.setValue(variablesText(operation));
    editors.responseEditor?.setValue('');
  }

  // A new tab empties the editors when it is there.
  useEffect(() => {
    if (waiting.current !== null) fill(waiting.current);
    waiting.current = null;
  }, [tabs.length]);

  function open(operation) {
    const text = queryEditor?.getValue() ?? '';
    if (text.trim() === '' || texts.has(text)) fill(operation);
    else {
      waiting.current = operation;
      addTab();
    }
    document.querySelector('.graphiql-query-editor')?.scrollIntoView({ block: 'nearest' });
  }

  return h(
    'section',
    { className: 'library', 'aria-label': 'Library of operations' },
    h('h2', null, 'Operations'),
    library.map(({ name, operations }) =>
      h(
        'details',
        { key: name, open: name === 'Find' || name === 'Nest' },
        h('summary', null, name),
        h(
          'ul',
          null,
          operations.map((operation) =>
            h(
              'li',
              { key: operation.name },
              h('button', { type: 'button', onClick: () => open(operation) }, operation.title),
              h('p', null, operation.explanation),
              h('p', { className: 'calls' }, `${operation.name}: ${inCalls(operation.calls)}`),
            ),
          ),
        ),
      ),
    ),
  );
}

/** Three lines of a list. */
export function LibraryIcon(props) {
  return h(
    'svg',
    { width: '1em', height: '1em', viewBox: '0 0 14 14', fill: 'none', stroke: 'currentColor', ...props },
    h('path', { d: 'M1 3h2M5 3h8M1 7h2M5 7h8M1 11h2M5 11h8', strokeWidth: 1.5 }),
  );
}

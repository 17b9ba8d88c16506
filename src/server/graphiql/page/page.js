import { AnswerPane } from './answer-pane.js';
import { fetcher } from './fetcher.js';
import { LibraryIcon, LibraryPane, variablesText } from './library-pane.js';
import { repairAccessibility } from './repairs.js';

const { React, ReactDOM, GraphiQL, library } = globalThis;
const h = React.createElement;

const FIRST = 'NestedCustomers';
const first = library.flatMap(({ operations }) => operations).find(({ name }) => name === FIRST);
const libraryPlugin = { title: 'Operations', icon: LibraryIcon, content: LibraryPane };

const OPEN_PANE = 'graphiql:visiblePlugin';
const lastPane = localStorage.getItem(OPEN_PANE);
const isFirstVisit = localStorage.getItem('graphiql:tabState') === null;
// GraphiQL marks the pane that was open last as open, but does not show it.
localStorage.removeItem(OPEN_PANE);

const root = document.querySelector('#graphiql');
document.querySelector('#graphiql-css').media = 'all';
ReactDOM.createRoot(root).render(
  h(
    GraphiQL,
    {
      fetcher,
      defaultTabs: [{ query: first.query, variables: variablesText(first) }],
      plugins: [libraryPlugin],
      shouldPersistHeaders: false,
    },
    h(GraphiQL.Logo, null, null),
    h(GraphiQL.Footer, null, h(AnswerPane)),
  ),
);
repairAccessibility(root);

const pane = isFirstVisit ? libraryPlugin.title : lastPane;
if (pane && matchMedia('(min-width: 1000px)').matches) openPane(pane);

/** Opens a pane of the side bar, as a click on its button does, when the button is there. */
function openPane(title) {
  const observer = new MutationObserver(() => {
    const button = root.querySelector(`.graphiql-sidebar button[aria-label="Show ${CSS.escape(title)}"]`);
    if (button === null) return;
    observer.disconnect();
    button.click();
  });
  observer.observe(root, { subtree: true, childList: true });
}

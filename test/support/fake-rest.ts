import { createFlights } from '../../src/governor/flights.ts';
import { createGatherings } from '../../src/governor/gatherings.ts';
import type { Governor, Pass } from '../../src/governor/governor.ts';
import type { Http } from '../../src/rest/http.ts';
import { createRest, type Rest } from '../../src/rest/index.ts';
import { createJournal } from '../../src/rest/journal.ts';

const PASS: Pass = { timeoutMs: 10_000, waitedMs: 0, end: () => {} };

/** Admits every call immediately. */
const open: Governor = {
  read: (_ticket, send) => send(PASS),
  write: (_ticket, _rule, send) => send(PASS),
  state: () => ({
    quota: null,
    window: 'unknown',
    breaker: 'closed',
    inFlight: 0,
    waiting: { interactive: 0, standard: 0, bulk: 0 },
  }),
};

/** The REST resources for a request that never ends, over any HTTP client. */
export function restOn(http: Http): Rest {
  return createRest({
    http,
    signal: new AbortController().signal,
    journal: createJournal(),
    governor: open,
    asker: { caller: 'test', lane: 'standard', deadlineAt: Number.POSITIVE_INFINITY },
    flights: createFlights(),
    gatherings: createGatherings(),
    onIrregular: () => {},
  });
}

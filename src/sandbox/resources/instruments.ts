import { type Answer, json } from '../answers.ts';
import type { Call } from '../call.ts';
import { refuseUnknown } from '../query.ts';

/** The stored payment instruments of a customer, as a bare list. It is empty if the customer does not exist. */
export function getCustomerStoredInstruments(call: Call): Answer {
  refuseUnknown(call.query, []);
  const sql = 'SELECT instrument FROM stored_instruments WHERE customer_id = ? ORDER BY id';
  const rows = call.store.all<{ readonly instrument: string }>(sql, call.ids.customerId);
  return json(
    200,
    rows.map(({ instrument }) => JSON.parse(instrument)),
  );
}

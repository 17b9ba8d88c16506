import type { Call } from '../call.ts';
import { rejectUnknownParameters } from '../query.ts';
import { type ApiResponse, jsonResponse } from '../responses.ts';

/** The stored payment instruments of a customer, as a bare list. It is empty if the customer does not exist. */
export function getCustomerStoredInstruments(call: Call): ApiResponse {
  rejectUnknownParameters(call.query, []);
  const sql = 'SELECT instrument FROM stored_instruments WHERE customer_id = ? ORDER BY id';
  const rows = call.store.all<{ readonly instrument: string }>(sql, call.ids.customerId);
  return jsonResponse(
    200,
    rows.map(({ instrument }) => JSON.parse(instrument)),
  );
}

import './scalars.ts';
import './nodes.ts';
import './form-fields.ts';
import './addresses.ts';
import './customers.ts';
import { builder } from './builder.ts';

/** The schema of the gateway, built from every file of this room. */
export const schema = builder.toSchema();

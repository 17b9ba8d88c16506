import { GraphQLDeferDirective, GraphQLStreamDirective } from '@graphql-tools/utils';
import { specifiedDirectives } from 'graphql';
import './scalars.ts';
import './nodes.ts';
import './customers.ts';
import './addresses.ts';
import './attributes.ts';
import './form-fields.ts';
import './consent.ts';
import './instruments.ts';
import './metafields.ts';
import './settings.ts';
import './viewer.ts';
import './customer-writes.ts';
import './address-writes.ts';
import './attribute-writes.ts';
import './form-field-writes.ts';
import './consent-writes.ts';
import './metafield-writes.ts';
import './settings-writes.ts';
import './credentials.ts';
import { builder } from './builder.ts';
import { guarded } from './scopes.ts';

/** The schema of the gateway, built from every file of this room. */
export const schema = guarded(
  builder.toSchema({
    directives: [...specifiedDirectives, GraphQLDeferDirective, GraphQLStreamDirective],
  }),
);

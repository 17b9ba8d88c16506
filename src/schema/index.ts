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
import { withGeneratedDescriptions } from './descriptions.ts';
import { assertAllGuarded } from './scopes.ts';

const declared = builder.toSchema({
  directives: [...specifiedDirectives, GraphQLDeferDirective, GraphQLStreamDirective],
});
assertAllGuarded(declared);

/** The GraphQL schema of the gateway. */
export const schema = withGeneratedDescriptions(declared);

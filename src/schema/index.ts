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
import './rate-limit.ts';
import './search.ts';
import './writes/customers.ts';
import './writes/addresses.ts';
import './writes/attributes.ts';
import './writes/form-fields.ts';
import './writes/consent.ts';
import './writes/metafields.ts';
import './writes/settings.ts';
import './writes/credentials.ts';
import './writes/shopper-sessions.ts';
import './writes/viewer.ts';
import './writes/upsert.ts';
import { assertAllGuarded } from './authorization.ts';
import { builder } from './builder.ts';
import { withGeneratedDescriptions } from './descriptions.ts';
import { skipChecksOfRecords } from './record-checks.ts';

const declared = builder.toSchema({
  directives: [...specifiedDirectives, GraphQLDeferDirective, GraphQLStreamDirective],
});
assertAllGuarded(declared);
skipChecksOfRecords(declared);

/** The GraphQL schema of the gateway. */
export const schema = withGeneratedDescriptions(declared);

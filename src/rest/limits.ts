// Limits of the REST API, as data. Sources: the vendor's general pages on filtering and status codes and, for
// undocumented limits, the sizes that production clients use.

/** Maximum number of records on one page. A larger `limit` is answered with 413. */
export const PAGE_SIZE = 250;

/** Maximum number of values in one `:in` filter: their records fit one page. */
export const MAX_IN_VALUES = 250;

/** Maximum length of a request URL in characters. Undocumented; every common server accepts this length. */
export const MAX_URL_LENGTH = 2_000;

/** Maximum number of addresses, and of attribute values, that are embedded in a customer object. */
export const MAX_EMBEDDED = 10;

/** Maximum number of attribute definitions of a store. A customer has at most one value of each. */
export const MAX_DEFINITIONS = 50;

/** Largest id (`int32`), which is also the largest GraphQL `Int`. */
export const MAX_ID = 2_147_483_647;

/** Maximum length of a metafield's namespace, and of its key, in characters. */
export const MAX_METAFIELD_NAME_LENGTH = 64;

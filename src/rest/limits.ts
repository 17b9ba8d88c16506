// The ceilings of the REST API, as data. Sources: the vendor's general pages on filtering and status codes,
// and, for what is documented nowhere, the sizes that production clients are known to use.

/** Records on one page at the most; more is answered 413. */
export const PAGE_SIZE = 250;

/** Values in one `:in` filter at the most: no more records than these could come back on one page. */
export const LIST_VALUES = 250;

/** Characters of one request's URL at the most. The vendor names no figure; every server on the way takes this. */
export const URL_LENGTH = 2_000;

/** Addresses and attribute values that a customer object shows at the most, however many the customer has. */
export const SHOWN_ON_CUSTOMER = 10;

/** The largest id that the store gives out (`int32`), which is also the largest GraphQL `Int`. */
export const LARGEST_ID = 2_147_483_647;

/** Characters of a metafield's namespace, and of its key, at the most. */
export const LONGEST_METAFIELD_NAME = 64;

/** Notes of the shop's staff about customers. */
export const notes = [
  'Prefers a phone call before delivery.',
  'Asked twice about the return of the copper kettle; refunded in part.',
  'Buys for a community kitchen, invoice at the end of the month.',
  'Met at the spring fair. Interested in the wholesale list.',
  'Allergic to wool. No samples, please.',
  'Signs only with a delivery note.',
  'Moved house; the old address is kept for the warranty papers.',
  'Regular since the first shop. A card at New Year.',
  'Wants every parcel without plastic 🌿',
  'Long note: the first order was lost on the way, the second arrived at the neighbour, the third in one piece. Since then everything goes by express, at our cost, and the customer sends pictures of the cat with each unpacked box.',
  'VAT id checked by hand.',
  'Two accounts by mistake, this is the one in use.',
] as const;

export const trades = [
  'Ceramics',
  'Outfitters',
  'Coffee Roasters',
  'Bookbinding',
  'Bicycle Works',
  'Interiors',
  'Garden Supply',
  'Records',
  'Bakery',
  'Print Studio',
  'Fine Foods',
  'Timber Yard',
] as const;

/** Domains that are reserved for examples, so no email is delivered. */
export const mailDomains = [
  'example.com',
  'example.org',
  'example.net',
  'mail.example.com',
  'post.example.org',
] as const;

/** Attribute definitions of the three types. More than a customer object includes. */
export const attributeDefinitions = [
  ['Loyalty tier', 'string'],
  ['Birthday', 'date'],
  ['Shoe size', 'number'],
  ['VAT number', 'string'],
  ['Credit terms (days)', 'number'],
  ['Last visit to the shop', 'date'],
  ['Account manager', 'string'],
  ['Newsletter topics', 'string'],
  ['Orders before the move to this store', 'number'],
  ['Customer since', 'date'],
  ['Preferred carrier', 'string'],
  ['Price list', 'string'],
] as const;

/** Fields of the sign-up form and the address form, with at least one of every type. */
export const formFields = [
  ['customer', 'How did you hear about us?', 'picklist'],
  ['customer', 'Interests', 'checkboxes'],
  ['customer', 'People in the household', 'numbers'],
  ['customer', 'Anniversary', 'date'],
  ['customer', 'Gift wrapping', 'radiobuttons'],
  ['customer', 'Anything we should know?', 'multiline'],
  ['customer', 'Nickname', 'text'],
  ['customer', 'Phrase for telephone orders', 'password'],
  ['address', 'Delivery notes', 'multiline'],
  ['address', 'Floor', 'numbers'],
  ['address', 'Ways in', 'checkboxes'],
  ['address', 'Deliver from', 'date'],
  ['address', 'Door code', 'text'],
] as const;

export const formFieldChoices: Readonly<Record<string, readonly [string, ...string[]]>> = {
  'How did you hear about us?': ['A friend', 'A magazine', 'Search', 'Walked past'],
  Interests: ['Ceramics', 'Tea', 'Books, new and old', 'Garden', 'Workshops'],
  'Gift wrapping': ['Always', 'Ask me', 'Never'],
  'Anything we should know?': ['Ring twice.\nThe first bell is for the dog.', 'Left-handed.', 'ありがとう!'],
  Nickname: ['Sparrow', 'Bear', 'Zé', 'Kiki'],
  'Phrase for telephone orders': ['blue lantern', 'seven geese', 'quiet harbour'],
  'Delivery notes': [
    'Leave with the neighbour.',
    'Beware of the step.\nAnd of the cat.',
    'Side door, please.',
  ],
  'Ways in': ['Front door', 'Courtyard', 'Loading dock'],
  'Door code': ['1492#', '0007', 'A-12'],
};

/** Values of string attributes. `#` stands for a random digit and `@` for a random capital letter. */
export const attributeChoices: Readonly<Record<string, readonly [string, ...string[]]>> = {
  'Loyalty tier': ['Gold', 'Silver', 'Bronze'],
  'VAT number': ['@@#########', '@@ ### ### ###'],
  'Account manager': ['Ines', 'Mr. Boateng', 'Õnne'],
  'Newsletter topics': ['tea', 'tea, books', 'garden, workshops'],
  'Preferred carrier': ['Post', 'Courier', 'Bicycle'],
  'Price list': ['A', 'B', 'Wholesale 2026'],
};

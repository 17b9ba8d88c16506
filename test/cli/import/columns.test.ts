import { describe, expect, test } from 'vitest';
import { parseMapping } from '../../../src/cli/import/mapping.ts';
import { planColumns } from '../../../src/cli/import/plan.ts';
import { createRowCheck } from '../../../src/cli/import/rows.ts';

function mappingOf(columns: Readonly<Record<string, unknown>> = {}) {
  const parsed = parseMapping(JSON.stringify({ columns }));
  if ('problems' in parsed) throw new Error(parsed.problems.join('\n'));
  return parsed.mapping;
}

/** The item of a row of CSV, or its problems. */
function itemOf(row: Readonly<Record<string, string>>, columns?: Readonly<Record<string, unknown>>) {
  const mapping = mappingOf(columns);
  const header = Object.keys(row);
  const planned = planColumns(header, mapping, 'comma');
  if ('problems' in planned) throw new Error(planned.problems.join('\n'));
  const check = createRowCheck(mapping, planned.plan);
  const checked = check({
    line: 2,
    columns: header,
    values: Object.values(row),
    source: null,
    problem: null,
  });
  return checked.item?.input ?? checked.problems;
}

const email = 'ann@example.org';

function problemsOf(header: readonly string[], columns?: Readonly<Record<string, unknown>>) {
  const planned = planColumns(header, mappingOf(columns), 'comma');
  return 'problems' in planned ? planned.problems : [];
}

describe('a column fills the field of its name', () => {
  test.each([
    [{ 'First Name': 'Ann' }, { firstName: 'Ann' }],
    [{ last_name: ' One ' }, { lastName: ' One ' }],
    [{ customerGroupId: '3' }, { customerGroupId: 3 }],
    [
      { 'accepts-product-review-abandoned-cart-emails': 'Yes' },
      { acceptsProductReviewAbandonedCartEmails: true },
    ],
    [{ channelIds: '1| 2' }, { channelIds: [1, 2] }],
    [{ storeCredit: '12.50' }, { storeCredit: [{ amount: 12.5 }] }],
    [{ 'authentication.forcePasswordReset': '1' }, { authentication: { forcePasswordReset: true } }],
    [
      { 'consent.allow': 'essential|ANALYTICS', 'consent.deny': 'targeting' },
      { consent: { allow: ['ESSENTIAL', 'ANALYTICS'], deny: ['TARGETING'] } },
    ],
    [
      { 'attributes.Loyalty tier': 'Gold', 'formFields.Nick name': 'A.' },
      {
        attributes: [{ attributeName: 'Loyalty tier', value: 'Gold' }],
        formFields: [{ name: 'Nick name', value: { text: 'A.' } }],
      },
    ],
    [
      { 'metafields.loyalty.points.2026': '7' },
      { metafields: [{ namespace: 'loyalty', key: 'points.2026', value: '7' }] },
    ],
  ])('%j is %j', (row, input) => {
    expect(itemOf({ email, ...row })).toEqual({ email, ...input });
  });

  test('and the columns of an address are one address, with the name of the customer if it has no other', () => {
    const row = {
      ...{
        email,
        firstName: 'Ann',
        lastName: 'One',
        address1: '1 High Street',
        city: 'Los Altos',
        countryCode: 'US',
      },
      ...{
        'addresses.3.address1': '3 Low Road',
        'addresses.3.city': 'Bath',
        'addresses.3.countryCode': 'GB',
      },
      ...{ 'addresses.3.firstName': 'Ben', 'addresses.3.addressType': 'residential' },
      'addresses.3.formFields.Door code': '42',
    };
    expect(itemOf(row)).toEqual({
      ...{ email, firstName: 'Ann', lastName: 'One' },
      addresses: [
        {
          firstName: 'Ann',
          lastName: 'One',
          address1: '1 High Street',
          city: 'Los Altos',
          countryCode: 'US',
        },
        {
          ...{ firstName: 'Ben', lastName: 'One', address1: '3 Low Road', city: 'Bath', countryCode: 'GB' },
          addressType: 'RESIDENTIAL',
          formFields: [{ name: 'Door code', value: { text: '42' } }],
        },
      ],
    });
  });

  test('an empty cell leaves its field as it is, and an address of empty cells is none', () => {
    expect(itemOf({ email, phone: '', city: ' ', 'attributes.Tier': '' })).toEqual({ email });
  });

  test('a cell that was escaped for spreadsheets has its own value', () => {
    expect(itemOf({ email, phone: "'+41 1", notes: "''=x", company: "'s Hof" })).toEqual({
      ...{ email, phone: '+41 1', notes: "'=x", company: "'s Hof" },
    });
  });
});

describe('a mapping names the fields of other columns', () => {
  test('with empty cells that clear, numbers, choices and access', () => {
    const columns = {
      'E-Mail-Adresse': 'email',
      Kundennummer: null,
      Telefon: { to: 'phone', empty: 'clear' },
      Hobbys: { to: 'formFields.Hobbies', as: 'choices', separator: ';' },
      Kinder: { to: 'formFields.Children', as: 'number' },
      Punkte: { to: 'metafields.loyalty.points', permissionSet: 'READ' },
      Spitzname: { to: 'formFields.Nickname', empty: 'clear' },
    };
    const row = {
      ...{
        'E-Mail-Adresse': email,
        Kundennummer: '7',
        Telefon: '',
        Hobbys: 'Chess; Go',
        Kinder: '2',
        Punkte: '5',
      },
      Spitzname: '',
    };
    expect(itemOf(row, columns)).toEqual({
      email,
      phone: null,
      formFields: [
        { name: 'Hobbies', value: { choices: ['Chess', 'Go'] } },
        { name: 'Children', value: { number: 2 } },
        { name: 'Nickname', value: { clear: true } },
      ],
      metafields: [{ namespace: 'loyalty', key: 'points', value: '5', permissionSet: 'READ' }],
    });
  });

  test('and all its problems come at once, each with the nearest field', () => {
    const content = {
      columns: {
        a: 'emial',
        b: { too: 'email' },
        c: 3,
        d: { to: 'email', as: 'number' },
        e: { to: 'phone', empty: 'claer' },
        f: { to: 'addresses.1.cty', permissionSet: 'READ' },
        g: { to: 'attributes.Tier', empty: 'clear' },
      },
      colums: {},
    };
    const parsed = parseMapping(JSON.stringify(content));
    expect(parsed).toEqual({
      problems: expect.arrayContaining([
        'columns.b.to is missing: it names the field',
        'columns.b has the unknown field "too" (did you mean "to"?)',
        'columns.c is no field, no object with the field "to", and not null',
        'columns.e.empty is not one of: keep, clear',
        'the file has the unknown field "colums" (did you mean "columns"?)',
      ]),
    });
    const { columns } = content;
    const named = parseMapping(
      JSON.stringify({ columns: { a: columns.a, d: columns.d, f: columns.f, g: columns.g } }),
    );
    expect(named).toEqual({
      problems: [
        'columns.a names no field of a customer (did you mean email?)',
        'columns.d has "as", which only a form field has',
        'columns.f names no field of a customer (did you mean addresses.1.city?)',
        'columns.g has "empty": "clear", which only a field of the customer and a form field have',
      ],
    });
  });

  test.each(['', '{', '[]', 'null', '3', '{"columns":[]}'])('%j is refused', (text) => {
    expect(parseMapping(text)).toHaveProperty('problems');
  });
});

describe('the names of the columns are refused', () => {
  test.each([
    [
      ['email', 'frstName', 'shoe'],
      [/^column 2, "frstName", .*\(did you mean firstName\?\)/, /^column 3, "shoe", is no field/],
    ],
    [['email', 'phone', 'Phone'], [/^columns 2 and 3 fill the same field$/]],
    [
      ['email', 'phone', 'phone'],
      [/^columns 2 and 3 have the same name$/, /^columns 2 and 3 fill the same/],
    ],
    [['firstName', 'lastName'], [/^no column fills the e-mail address/]],
    [['email', '', 'phone'], [/^column 2 has no name$/]],
    [['email', 'addresses'], [/^column 2, "addresses", is no field/]],
    [['email', 'entityIds'], [/^column 2, "entityIds"/]],
  ])('%j', (header, problems) => {
    expect(problemsOf(header)).toEqual(problems.map((problem) => expect.stringMatching(problem)));
  });

  test('with a hint if the delimiter is another one', () => {
    expect(problemsOf(['email;firstName;lastName'])).toEqual([
      'line 1 has no comma, but 2 times the character semicolon: try --delimiter semicolon',
    ]);
  });

  test('without a quote if the first line is a customer', () => {
    const [problem = '', ...others] = problemsOf(['secret@example.org', 'Secret', 'Person']);
    expect(others).toEqual([]);
    expect(problem).toMatch(/^line 1 has no column that is known/);
    expect(problem).not.toMatch(/secret/i);
  });

  test('if the mapping has a column that the file does not have', () => {
    expect(
      problemsOf(['email', 'Telefon'], { Telefon: 'phone', Telefax: null, Vorname: 'firstName' }),
    ).toEqual([
      'the file has no column "Telefax" of the mapping (is it column 2?)',
      'the file has no column "Vorname" of the mapping',
    ]);
  });

  test('but not if the store sets them itself, or a rejects file has them', () => {
    const planned = planColumns(['import.line', 'entityId', 'email', 'createdAt'], mappingOf(), 'comma');
    expect(planned).toMatchObject({ plan: { notices: [expect.stringMatching(/: entityId, createdAt$/)] } });
  });
});

describe('a row is rejected by column', () => {
  test.each([
    [
      { customerGroupId: 'x' },
      { code: 'INVALID', field: 'customerGroupId', message: 'The cell is not a whole number.' },
    ],
    [
      { storeCredit: '1,5' },
      { code: 'INVALID', field: 'storeCredit', message: expect.stringMatching(/not a number/) },
    ],
    [
      { 'consent.allow': 'ALL' },
      {
        code: 'INVALID',
        field: 'consent.allow',
        message: expect.stringMatching(/^The cell is not one of: /),
      },
    ],
    [
      { city: 'Bath' },
      { code: 'INVALID', field: expect.any(String), message: expect.stringMatching(/address1/) },
    ],
    [
      { countryCode: 'GBR', city: 'Bath', address1: '1', firstName: 'A', lastName: 'B' },
      { code: 'INVALID', field: 'countryCode', message: expect.any(String) },
    ],
    [
      { 'attributes.Tier': 'x'.repeat(256) },
      { code: 'INVALID', field: 'attributes.Tier', message: expect.any(String) },
    ],
  ])('%j', (row, problem) => {
    expect(itemOf({ email, ...row })).toContainEqual(problem);
  });

  test.each(['', 'no address', 'a,b@example.org'])('%j is no e-mail address', (value) => {
    expect(itemOf({ email: value, firstName: 'A' })).toEqual([expect.objectContaining({ field: 'email' })]);
  });

  test('with all problems, and without its values', () => {
    const problems = itemOf({ email: 'secret', customerGroupId: 'secret', channelIds: 'secret' });
    expect(problems).toHaveLength(2);
    expect(JSON.stringify(problems)).not.toContain('secret"');
  });
});

describe('an object of JSON', () => {
  const check = createRowCheck(mappingOf({ mail: 'email' }), null);
  const checked = (line: number, object: object) =>
    check({ line, columns: Object.keys(object), values: Object.values(object), source: '', problem: null });

  test('has the fields of the input, or the names of columns', () => {
    const object = {
      mail: 'bea@example.org',
      firstName: 'Bea',
      phone: null,
      customerGroupId: '3',
      attributes: [{ attributeName: 'Tier', value: 'Gold' }],
      'formFields.Children': 2,
    };
    expect(checked(1, object).item?.input).toEqual({
      ...{ email: 'bea@example.org', firstName: 'Bea', phone: null, customerGroupId: 3 },
      attributes: [{ attributeName: 'Tier', value: 'Gold' }],
      formFields: [{ name: 'Children', value: { number: 2 } }],
    });
  });

  test.each([
    [{ mail: 'c1@example.org', shoe: 1 }, 'UNKNOWN_FIELD', 'shoe'],
    [{ mail: 'c2@example.org', attributes: [{ attributeName: 'T', valu: 'x' }] }, 'INVALID', 'attributes'],
    [{ mail: 'c3@example.org', firstName: 3 }, 'INVALID', 'firstName'],
    [{ mail: 3 }, 'INVALID', 'mail'],
    [{ firstName: 'A' }, 'REQUIRED', 'email'],
    [{ mail: 'BEA@example.org' }, 'REPEATED', 'mail'],
    [{ mail: 'c4@example.org', firstName: 'A', 'First Name': 'B' }, 'INVALID', 'First Name'],
    [{ mail: 'c5@example.org', attributes: {}, 'attributes.Tier': 'B' }, 'INVALID', 'attributes.Tier'],
    [{ mail: 'c6@example.org', 'addresses.1.city': 'B', addresses: [] }, 'INVALID', 'addresses.1.city'],
    [{ mail: 'c7@example.org', storeCredit: [], 'store credit': 1 }, 'INVALID', 'store credit'],
  ])('%j is rejected with %s', (object, code, field) => {
    expect(checked(9, object).problems).toContainEqual(expect.objectContaining({ code, field }));
  });
});

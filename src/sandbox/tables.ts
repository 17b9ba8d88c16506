// Timestamps are whole Unix seconds. AUTOINCREMENT never reuses the id of a deleted record.
export const createTables = `
CREATE TABLE customers (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  email TEXT NOT NULL COLLATE NOCASE,
  first_name TEXT NOT NULL,
  last_name TEXT NOT NULL COLLATE NOCASE,
  company TEXT NOT NULL,
  phone TEXT NOT NULL,
  notes TEXT NOT NULL,
  tax_exempt_category TEXT NOT NULL,
  customer_group_id INTEGER NOT NULL,
  registration_ip_address TEXT NOT NULL,
  date_created INTEGER NOT NULL,
  date_modified INTEGER NOT NULL,
  force_password_reset INTEGER NOT NULL,
  password TEXT,
  store_credit REAL NOT NULL,
  accepts_emails INTEGER NOT NULL,
  origin_channel_id INTEGER NOT NULL,
  channel_ids TEXT,
  shopper_profile_id TEXT NOT NULL,
  segment_ids TEXT NOT NULL
) STRICT;
CREATE TABLE addresses (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  customer_id INTEGER NOT NULL,
  first_name TEXT NOT NULL,
  last_name TEXT NOT NULL,
  company TEXT NOT NULL,
  address1 TEXT NOT NULL,
  address2 TEXT NOT NULL,
  city TEXT NOT NULL,
  state_or_province TEXT NOT NULL,
  postal_code TEXT NOT NULL,
  country_code TEXT NOT NULL,
  phone TEXT NOT NULL,
  address_type TEXT NOT NULL
) STRICT;
CREATE TABLE attributes (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL,
  type TEXT NOT NULL,
  date_created INTEGER NOT NULL,
  date_modified INTEGER NOT NULL
) STRICT;
CREATE TABLE attribute_values (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  customer_id INTEGER NOT NULL,
  attribute_id INTEGER NOT NULL,
  attribute_value TEXT NOT NULL,
  date_created INTEGER NOT NULL,
  date_modified INTEGER NOT NULL
) STRICT;
CREATE TABLE form_fields (
  id INTEGER PRIMARY KEY,
  owner TEXT NOT NULL,
  name TEXT NOT NULL,
  type TEXT NOT NULL
) STRICT;
CREATE TABLE form_field_values (
  session_id INTEGER NOT NULL,
  field_id INTEGER NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (session_id, field_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE consents (
  customer_id INTEGER PRIMARY KEY,
  allow TEXT NOT NULL,
  deny TEXT NOT NULL
) STRICT;
CREATE TABLE stored_instruments (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  customer_id INTEGER NOT NULL,
  instrument TEXT NOT NULL
) STRICT;
CREATE TABLE metafields (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  resource_id INTEGER NOT NULL,
  namespace TEXT NOT NULL,
  key TEXT NOT NULL,
  value TEXT NOT NULL,
  permission_set TEXT NOT NULL,
  description TEXT NOT NULL,
  owner_client_id TEXT NOT NULL,
  date_created INTEGER NOT NULL,
  date_modified INTEGER NOT NULL
) STRICT;
CREATE TABLE hooks (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  client_id TEXT NOT NULL,
  scope TEXT NOT NULL,
  destination TEXT NOT NULL,
  is_active INTEGER NOT NULL,
  headers TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  UNIQUE (client_id, scope, destination)
) STRICT;
CREATE TABLE settings (
  channel_id INTEGER PRIMARY KEY,
  settings TEXT NOT NULL
) STRICT;
`;

// Created after seeding, which is several times faster than updating them for every row.
export const createIndexes = `
CREATE INDEX customers_email ON customers (email);
CREATE INDEX customers_last_name ON customers (last_name, id);
CREATE INDEX customers_name ON customers (first_name || ' ' || last_name);
CREATE INDEX customers_company ON customers (company);
CREATE INDEX customers_phone ON customers (phone);
CREATE INDEX customers_group ON customers (customer_group_id);
CREATE INDEX customers_ip ON customers (registration_ip_address);
CREATE INDEX customers_created ON customers (date_created, id);
CREATE INDEX customers_modified ON customers (date_modified, id);
CREATE INDEX addresses_customer ON addresses (customer_id);
CREATE INDEX addresses_company ON addresses (company);
CREATE INDEX addresses_name ON addresses (first_name || ' ' || last_name);
CREATE UNIQUE INDEX attribute_values_key ON attribute_values (customer_id, attribute_id);
CREATE INDEX attribute_values_attribute ON attribute_values (attribute_id);
CREATE INDEX attribute_values_created ON attribute_values (date_created, id);
CREATE INDEX attribute_values_modified ON attribute_values (date_modified, id);
CREATE INDEX form_field_values_field ON form_field_values (field_id);
CREATE INDEX stored_instruments_customer ON stored_instruments (customer_id);
CREATE INDEX metafields_key ON metafields (resource_id, namespace, key);
CREATE INDEX metafields_namespace ON metafields (namespace);
CREATE INDEX metafields_visible ON metafields (namespace, key, permission_set, owner_client_id);
CREATE TABLE seeded (seed INTEGER NOT NULL, customers INTEGER NOT NULL) STRICT;
`;
